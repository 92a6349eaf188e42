"""The scenarios of docs/simulator.md hold with any seed, and what the page says that they print and that is checked is so."""

import re
import unittest

import _page

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


class Simulator(_page.Page, unittest.TestCase):
    page = "docs/simulator.md"
    program = "simulator"

    def test_each_scenario_holds_with_any_seed(self):
        self.assert_prints(range(1, 5), LINES)

    def test_the_page_quotes_what_is_printed(self):
        quoted = self.quoted(r"a lie: .*|\d+\.\d{6}  .*", at_least=5)
        self.assert_printed(quoted, re.sub("^ +", "", self.output(7), flags=re.M))  # times are printed in a column

    def test_the_page_lists_the_checks(self):
        checks = re.findall(r'^    X\(([A-Z]+), "(.*)"\)', _page.read("include/selkie/sim.h"), re.M)
        rows = re.findall(r"^\| ([A-Z]+) \| (.*) \|$", _page.read(self.page), re.M)
        self.assertGreaterEqual(len(checks), 10)
        self.assertEqual(rows, checks)


if __name__ == "__main__":
    unittest.main()
