"""The scenes of docs/guide.md say what the page says, with any seed, and the same each time for the same one."""

import unittest

import _page

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


class Guide(_page.Page, unittest.TestCase):
    page = "docs/guide.md"
    program = "guide"

    def test_each_scene_holds_with_any_seed(self):
        self.assert_prints(range(1, 5), LINES)

    def test_it_says_the_same_for_the_same_seed(self):
        self.assertEqual(self.run_with(3), self.run_with(3))

    def test_the_page_quotes_what_is_printed(self):
        self.assert_printed(self.quoted(r"\S.*", at_least=12), self.output(7))


if __name__ == "__main__":
    unittest.main()
