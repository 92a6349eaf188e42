"""docs/tuning.md and README.md: each command that they quote runs, the tables are what it says, and what the page claims holds. Most of the
commands take long. So one row of a table is run in full where that is quick, and must be the page's to the last digit; and what is claimed
is looked up in the table, and looked at once more in a run with fewer points, seeds and members."""

import pathlib
import re
import sys
import tempfile
import unittest

import _selkie
from _selkie import QUICK, SELKIE, SOURCE

sys.path.insert(0, str(SOURCE / "scripts"))
import tuning_page  # noqa: E402

MOST = 10_000  # members, seconds and runs of a command together, where its figures need not be the page's
MOST_IN_FULL = 20_000  # where they are
JOBS = ["--jobs", "2"]


def text_of(name):
    return (SOURCE / name).read_text(encoding="utf-8")


def place_of(row):
    return (row.label, *sorted(row.at.items()))


def by_place(rows):
    return {place_of(row): row.cells for row in rows}


def shrunk(command):
    tuning_page.shrink(command, MOST)


def smallest(command):
    tuning_page.single(command)
    tuning_page.shrink(command, MOST)


@unittest.skipUnless(QUICK, "the same runs, only slower")
class Tables(unittest.TestCase):
    """Each table of the page."""

    @classmethod
    def setUpClass(cls):
        cls.page = tuning_page.read(text_of("docs/tuning.md"))

    def setUp(self):
        self.charts = tempfile.TemporaryDirectory()
        self.addCleanup(self.charts.cleanup)

    def points_of(self, command):
        """What it says, with its charts, which have to be in the tree, put aside."""
        charts = []
        for flag in command.flags:
            if flag[0] == "svg":
                name, path = flag[1].split("=", 1)
                self.assertTrue((SOURCE / path).is_file(), f"no chart: {path}")
                charts.append(pathlib.Path(self.charts.name) / f"{len(charts)}.svg")
                flag[1] = f"{name}={charts[-1]}"
        points = tuning_page.run(command, SELKIE, SOURCE, JOBS)
        for chart in charts:
            self.assertIn("</svg>", chart.read_text())
        return points

    def rows_of(self, figures, smaller):
        """Of each command made smaller."""
        rows = []
        for quoted in figures.commands:
            command = tuning_page.Command(quoted.text)
            smaller(command)
            rows += figures.rows(command, self.points_of(command))
        return rows

    def compare(self, figures, on_page):
        """One row of each command, with all its seeds, where that does not take long."""
        compared = 0
        for quoted in figures.commands:
            command = tuning_page.Command(quoted.text)
            tuning_page.single(command)
            if command.cost() <= MOST_IN_FULL:
                for place, cells in by_place(figures.rows(command, self.points_of(command))).items():
                    self.assertEqual(cells, on_page[place], f"{figures.name}: {place}")
                    compared += 1
        return compared

    def judge(self, figures, claims, rows):
        for claim in claims:
            self.assertGreater(figures.judge(claim, rows), 0, f"{figures.name}: there is nothing to look at: {claim}")

    def look_at(self, figures):
        rows = figures.read_table()
        on_page = by_place(rows)
        places = [(command.label, *sorted(point.items())) for command in figures.commands for point in command.points()]
        self.assertEqual(list(on_page), places, f"{figures.name}: scripts/tuning has not been run")
        self.judge(figures, [claim for claim, _ in figures.claims], rows)
        compared = self.compare(figures, on_page)
        claims = [claim for claim, in_full in figures.claims if not in_full]
        if claims:
            self.judge(figures, claims, [row for row in self.rows_of(figures, shrunk) if place_of(row) in on_page])
        elif compared == 0:
            self.rows_of(figures, smallest)
        return compared

    def test_each_table_is_what_its_command_says_and_what_is_claimed_of_it_holds(self):
        compared = 0
        for figures in self.page.values():
            if not figures.source:
                with self.subTest(figures.name):
                    compared += self.look_at(figures)
        self.assertGreater(compared, 5)

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
        quoted = re.search(r"^(    Time since the event .*?)^!\[", text, re.M | re.S).group(1)
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
