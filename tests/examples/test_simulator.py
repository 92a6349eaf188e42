"""The scenarios of docs/simulator.md hold with any seed, and what the page says that they print and that is checked is so."""

import os
import re
import subprocess
import unittest

SOURCE = os.environ["SELKIE_SOURCE_DIR"]
PROGRAM = os.path.join(os.environ["SELKIE_BUILD_DIR"], "examples", "simulator")

LINES = [
    r"a crash: all know of it after \d{4,5} ms",
    r"far apart: all know all after \d+ ms; an hour later \d+ packets were lost, and \d+ members declared down",
    r"a split: given up after \d{4,5} ms, healed after \d{1,6} ms",
    r"after a bad hour: all agree again after \d{1,7} ms, and may take \d+",
    r"a rolling restart: all know all \d{1,5} ms after the last one",
    r"a pause: member 6 is suspect after \d{3,5} ms, and alive again with incarnation [1-9]\d*",
    r"one left and one crashed: \d heard a farewell, \d a failure",
    r"a lie: DOWN: m1 holds m2 for Down at incarnation 0, and nobody had cause to",
]


def read(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def run(seed):
    done = subprocess.run([PROGRAM, str(seed)], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


class Simulator(unittest.TestCase):
    def test_each_scenario_holds_with_any_seed(self):
        for seed in range(1, 5):
            code, text = run(seed)
            self.assertEqual(code, 0, text)
            for line, wanted in zip(text.splitlines(), LINES):
                self.assertRegex(line, f"^{wanted}$", f"seed {seed}")

    def test_the_page_quotes_what_is_printed(self):
        text = run(7)[1]
        quoted = re.findall(r"^    (a lie: .*|\d+\.\d{6}  .*)$", read("docs/simulator.md"), re.M)
        self.assertGreaterEqual(len(quoted), 5)
        for line in quoted:
            self.assertIn(line, text)

    def test_the_page_lists_the_checks(self):
        checks = re.findall(r'^    X\(([A-Z]+), "(.*)"\)', read("include/selkie/sim.h"), re.M)
        rows = re.findall(r"^\| ([A-Z]+) \| (.*) \|$", read("docs/simulator.md"), re.M)
        self.assertGreaterEqual(len(checks), 10)
        self.assertEqual(rows, checks)


if __name__ == "__main__":
    unittest.main()
