"""What docs/tuning.md quotes of its program is what that prints, and what the page says of it holds with another seed. (The figures of
`selkie sim` there are looked at in tests/command.)"""

import os
import re
import unittest

import _page

QUICK = "release" in os.path.basename(_page.BUILD)  # elsewhere a thousand members, or a second seed, take too long
MOST = 100  # a thousand members take too long


def row(text, name):
    """The numbers of a row."""
    line = next(line for line in text.splitlines() if line.startswith(name + " "))
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", line[len(name):])]


class Tuning(_page.Page, unittest.TestCase):
    page = "docs/tuning.md"
    program = "tuning"
    timeout = 500

    def test_the_page_quotes_what_is_printed(self):
        quoted = self.quoted(r"[a-z][a-z ]*(?: +\d[\d.]*){6}", at_least=5)
        if MOST != 1000:
            quoted = [line for line in quoted if not re.match(r"lan +1000 ", line)]
        self.assert_printed(quoted, self.output(7, MOST))

    @unittest.skipUnless(QUICK, "takes too long here")
    def test_what_the_page_says_holds_with_another_seed(self):
        text = self.output(1, 10)
        members, suspected, down, latest, packets, size = row(text, "lan")
        self.assertEqual(members, 10)
        self.assertGreater(suspected, 1000, text)  # the probe's own period
        self.assertGreater(down, suspected + 4000 - 1000, text)
        self.assertGreaterEqual(latest, down)
        self.assertAlmostEqual(packets, 2 + 2 / 30, delta=0.02)
        self.assertAlmostEqual(size, 50, delta=1)


if __name__ == "__main__":
    unittest.main()
