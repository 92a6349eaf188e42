"""docs/tuning.md and README.md: each command that they quote runs, the tables are what it says, and what the page claims holds. Where a
command takes long its points, seeds and members are cut down; the figures of the points that are left as they were must still be the page's."""

import pathlib
import re
import sys
import tempfile
import unittest

import _selkie
from _selkie import QUICK, SELKIE, SOURCE

sys.path.insert(0, str(SOURCE / "scripts"))
import tuning_page  # noqa: E402

MOST = 25_000  # members, seconds and runs of a command together
JOBS = ["--jobs", "2"]


def text_of(name):
    return (SOURCE / name).read_text(encoding="utf-8")


def by_place(rows):
    return {(row.label, *sorted(row.at.items())): row.cells for row in rows}


@unittest.skipUnless(QUICK, "the same runs, only slower")
class Tables(unittest.TestCase):
    """Each table of the page."""

    @classmethod
    def setUpClass(cls):
        cls.page = tuning_page.read(text_of("docs/tuning.md"))

    def setUp(self):
        self.charts = tempfile.TemporaryDirectory()
        self.addCleanup(self.charts.cleanup)

    def run_smaller(self, command):
        """Its points as the page has them, or smaller ones: (whether they are the page's, the points)."""
        same = tuning_page.shrink(command, MOST)
        charts = []
        for flag in command.flags:
            if flag[0] == "svg":
                self.assertTrue((SOURCE / flag[1].split("=", 1)[1]).is_file(), f"no chart: {flag[1]}")
                flag[1] = flag[1].split("=")[0] + f"={self.charts.name}/{len(charts)}.svg"
                charts.append(pathlib.Path(flag[1].split("=", 1)[1]))
        points = tuning_page.run(command, SELKIE, SOURCE, JOBS)
        for chart in charts:
            self.assertIn("</svg>", chart.read_text())
        return same, points

    def judge(self, figures, rows, in_full, from_page):
        """A claim that only the full runs show is looked up in the page."""
        for claim, only_in_full in figures.claims:
            if in_full or not only_in_full:
                figures.judge(claim, rows)
            self.assertGreater(figures.judge(claim, from_page), 0, f"{figures.name}: nothing to look at: {claim}")

    def look_at(self, figures):
        quoted = figures.read_table()
        places = [(command.label, *sorted(point.items())) for command in figures.commands for point in command.points()]
        self.assertEqual(list(by_place(quoted)), places, f"{figures.name}: scripts/tuning has not been run")
        rows, all_same = [], True
        for command in figures.commands:
            full = len(command.points())
            same, points = self.run_smaller(command)
            rows += figures.rows(command, points)
            all_same = all_same and same and full == len(points)
            if same:
                for place, cells in by_place(figures.rows(command, points)).items():
                    self.assertEqual(cells, by_place(quoted)[place], f"{figures.name}: {place}")
        self.judge(figures, rows, all_same, quoted)

    def test_each_table_is_what_its_command_says_and_what_is_claimed_of_it_holds(self):
        self.assertGreater(len(self.page), 8)
        for figures in self.page.values():
            if not figures.source:
                with self.subTest(figures.name):
                    self.look_at(figures)

    def test_a_table_of_the_same_figures_says_the_same(self):
        for figures in self.page.values():
            if figures.source:
                source = self.page[figures.source]
                shared = [(list(figures.columns).index(key), list(source.columns).index(key))
                          for key in figures.columns if figures.columns[key] == source.columns.get(key)]
                self.assertTrue(shared, figures.name)
                for mine, theirs in zip(figures.read_table(), source.read_table(), strict=True):
                    self.assertEqual([mine.cells[a] for a, _ in shared], [theirs.cells[b] for _, b in shared])


class Pages(unittest.TestCase):
    @unittest.skipUnless(QUICK, "the same runs, only slower")
    def test_each_command_that_has_no_table_runs(self):
        for name in ("README.md", "docs/tuning.md"):
            text = text_of(name)
            in_tables = [command.text for figures in tuning_page.read(text).values() for command in figures.commands]
            for quoted in tuning_page.COMMAND.findall(text):
                if quoted not in in_tables:
                    with self.subTest(f"{name}: {quoted}"):
                        command = tuning_page.Command(quoted)
                        command.flags = [flag for flag in command.flags if flag[0] not in ("svg", "html")]
                        tuning_page.shrink(command, MOST)
                        self.assertTrue(tuning_page.run(command, SELKIE, SOURCE, JOBS))

    @unittest.skipUnless(QUICK, "the same runs, only slower")
    def test_the_report_that_the_readme_quotes_is_printed(self):
        text = text_of("README.md")
        (command,) = [tuning_page.Command(quoted) for quoted in tuning_page.COMMAND.findall(text)]
        quoted = re.search(r"^(    Time since the event: .*?)^!\[", text, re.M | re.S).group(1)
        lines = [line[4:] for line in quoted.splitlines() if line]
        self.assertGreater(len(lines), 4)
        command.flags = [flag for flag in command.flags if flag[0] != "svg"]
        printed = _selkie.run("sim", "--quiet", *command.arguments())[1].splitlines()
        for line in lines:
            self.assertIn(line, printed)

    def test_the_page_shows_each_chart_that_its_commands_make_and_no_other(self):
        text = text_of("docs/tuning.md")
        made = re.findall(r"--svg [\w-]+=docs/(\S+)", text)
        self.assertEqual(sorted(made), sorted(re.findall(r"!\[[^]]+\]\((\S+\.svg)\)", text)))
        self.assertEqual(sorted(made), sorted(f"tuning/{path.name}" for path in (SOURCE / "docs" / "tuning").glob("*.svg")))

    def test_a_network_that_the_page_names_is_as_it_quotes_it(self):
        text = text_of("docs/tuning.md")
        for path in (SOURCE / "docs" / "tuning").glob("*.sim"):
            lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
            self.assertTrue(lines)
            self.assertIn("".join(f"    {line}\n" for line in lines), text, path.name)


if __name__ == "__main__":
    unittest.main()
