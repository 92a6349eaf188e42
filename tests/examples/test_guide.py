"""The scenes of docs/guide.md say what the page says, with any seed, and the same each time for the same one."""

import os
import re
import subprocess
import unittest

SOURCE = os.environ["SELKIE_SOURCE_DIR"]
PROGRAM = os.path.join(os.environ["SELKIE_BUILD_DIR"], "examples", "guide")

LINES = [
    r"a suspicion takes 51 bytes",
    r"one that hears nobody: awareness [4-8], of another [0-3]",
    r"m6 is suspect, says m\d",
    r"m6 objected",
    r"m6 is suspect, says m\d",
    r"m6 failed",
    r"m6 is forgotten",
    r"broadcasts: taken all, waiting 2, and later 0; sent 2, replaced 1",
    r"two that lost each other, not knocking: apart for an hour",
    r"two that lost each other, knocking: together after \d{1,5} ms",
    r"rejoined, with the next packet: probes again after [1-9]\d{0,6} us",
    r"rejoined, at once: probes again after 0 us",
    r"20 pauses, not told of: others accused [1-9]\d* times",
    r"20 pauses, told of: others accused 0 times",
    r"evicted: success; all know after \d{1,5} ms, and again: no active member has that very identity",
    r"9 active: news goes out 4 times, a suspect has 4704 ms",
    r"99 active: news goes out 8 times, a suspect has 8415 ms",
    r"999 active: news goes out 12 times, a suspect has 12039 ms",
    r"left: told after \d{1,2} more gossips, all know \d{1,5} ms later",
    r"ping_sent +[1-9]\d*  ping packets given to the network",
]


def run(seed):
    done = subprocess.run([PROGRAM, str(seed)], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


class Guide(unittest.TestCase):
    def test_each_scene_holds_with_any_seed(self):
        for seed in range(1, 5):
            code, text = run(seed)
            self.assertEqual(code, 0, text)
            lines = text.splitlines()
            self.assertGreaterEqual(len(lines), len(LINES), text)
            for line, wanted in zip(lines, LINES):
                self.assertRegex(line, f"^{wanted}$", f"seed {seed}")

    def test_it_says_the_same_for_the_same_seed(self):
        self.assertEqual(run(3), run(3))

    def test_the_page_quotes_what_is_printed(self):
        with open(os.path.join(SOURCE, "docs", "guide.md"), encoding="utf-8") as file:
            quoted = re.findall(r"^    (\S.*)$", re.sub(r"```.*?```", "", file.read(), flags=re.S), re.M)
        self.assertGreaterEqual(len(quoted), 12)
        printed = run(7)[1].splitlines()
        for line in quoted:
            self.assertIn(line, printed)


if __name__ == "__main__":
    unittest.main()
