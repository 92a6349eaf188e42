"""The figures of docs/tuning.md are those of its program, and what the page says of them holds with another seed."""

import os
import re
import subprocess
import unittest

SOURCE = os.environ["SELKIE_SOURCE_DIR"]
BUILD = os.environ["SELKIE_BUILD_DIR"]
PROGRAM = os.path.join(BUILD, "examples", "tuning")
QUICK = "release" in os.path.basename(BUILD)  # elsewhere a thousand members, or a second seed, take too long
MOST = 100  # a thousand members take too long


def run(seed, most):
    done = subprocess.run([PROGRAM, str(seed), str(most)], capture_output=True, text=True, timeout=500)
    return done.returncode, done.stdout + done.stderr


def row(text, name):
    """The numbers of a row."""
    line = next(line for line in text.splitlines() if line.startswith(name + " "))
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", line[len(name):])]


class Tuning(unittest.TestCase):
    def test_the_page_quotes_what_is_printed(self):
        with open(os.path.join(SOURCE, "docs", "tuning.md"), encoding="utf-8") as file:
            quoted = re.findall(r"^    (.*\d)$", re.sub(r"```.*?```", "", file.read(), flags=re.S), re.M)
        code, text = run(7, MOST)
        self.assertEqual(code, 0, text)
        printed = text.splitlines()
        self.assertGreaterEqual(len(quoted), 16)
        for line in quoted:
            if MOST == 1000 or not re.match(r"lan +1000 ", line):
                self.assertIn(line, printed, text)

    @unittest.skipUnless(QUICK, "takes too long here")
    def test_what_the_page_says_holds_with_another_seed(self):
        text = run(1, 10)[1]
        members, suspected, down, latest, packets, size = row(text, "lan")
        self.assertEqual(members, 10)
        self.assertGreater(suspected, 1000, text)  # the probe's own period
        self.assertGreater(down, suspected + 4000 - 1000, text)
        self.assertGreaterEqual(latest, down)
        self.assertAlmostEqual(packets, 2 + 2 / 30, delta=0.02)
        self.assertAlmostEqual(size, 50, delta=1)
        self.assertEqual(row(text, "all three, as in lan")[1], 0, text)
        self.assertGreater(row(text, "none of the three")[1], 0, text)
        self.assertEqual(row(text, "none, but selkie_paused")[1], 0, text)
        unheard = [int(number) for number in re.findall(r"(\d+) of 100$", text, re.M)]
        self.assertEqual(len(unheard), 5, text)
        self.assertGreater(unheard[0], 50, text)
        self.assertLess(unheard[-1], 5, text)


if __name__ == "__main__":
    unittest.main()
