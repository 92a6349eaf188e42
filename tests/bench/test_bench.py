"""What the benchmark of the engine prints, and that its checks can fail."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("SELKIE_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("SELKIE_BUILD_DIR", SOURCE / "build" / "release"))
PROGRAM = BUILD / "bench" / "bench_engine"
TIMES = {"median_ns", "min_ns", "max_ns", "reference_ns", "floor_ns"}


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=500)
    return done.returncode, done.stdout, done.stderr


def bench(*arguments):
    return run(PROGRAM, *arguments)


def results(*arguments):
    code, out, err = bench("--json", *arguments)
    assert code == 0, err
    return json.loads(out)["results"]


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, content):
        path = pathlib.Path(self.folder.name) / name
        path.write_text(content)
        return path


class Figures(Folder):
    def test_an_operation_has_its_fields(self):
        row, = results("--codec", "packed", "--n", "100", "--op", "ping_ack")
        self.assertEqual(set(row), {"op", "codec", "n"} | TIMES)
        self.assertEqual((row["op"], row["codec"], row["n"]), ("ping_ack", "packed", 100))
        for name in TIMES:
            self.assertGreater(row[name], 0, name)
        self.assertLessEqual(row["min_ns"], row["median_ns"])
        self.assertLessEqual(row["median_ns"], row["max_ns"])

    def test_every_operation_is_measured_with_every_codec(self):
        rows = results("--n", "100")
        names = [row["op"] for row in rows if row["codec"] == "packed"]
        self.assertEqual(names, [row["op"] for row in rows if row["codec"] == "bincode1"])
        self.assertEqual(len(names), 12)
        for row in rows:
            self.assertGreaterEqual(row.get("reference_ns", 1), 1, row)

    def test_memory_and_the_longest_call_have_figures_of_their_own(self):
        rows = {row["op"]: row for row in results("--codec", "packed", "--n", "1000", "--op", "bytes_per_member,bytes_per_update,worst_call")}
        self.assertEqual(set(rows), {"bytes_per_member", "bytes_per_update", "worst_call"})
        self.assertGreaterEqual(rows["bytes_per_member"]["bytes_per_member"], 8)  # the identity itself
        self.assertGreater(rows["bytes_per_update"]["bytes_per_update"], 0)
        self.assertGreater(rows["worst_call"]["worst_call"], 0)
        self.assertIn("call", rows["worst_call"])

    def test_the_reference_is_left_out_where_it_takes_too_long(self):
        row, = results("--codec", "packed", "--n", "20000", "--op", "ping_ack")
        self.assertIsNone(row["reference_ns"])

    def test_a_table_has_a_row_for_each(self):
        code, out, _ = bench("--codec", "packed", "--n", "100,200", "--op", "gossip_idle")
        self.assertEqual(code, 0)
        self.assertEqual([line.split()[:3] for line in out.splitlines()[1:]], [["gossip_idle", "packed", "100"], ["gossip_idle", "packed", "200"]])


class Comparing(Folder):
    def earlier(self):
        rows = [{"op": "ping_ack", "codec": "packed", "n": 100, "median_ns": 1e9}, {"op": "bytes_per_update", "codec": "packed", "n": 100, "bytes_per_update": 1e-3}]
        return self.file("earlier.json", json.dumps({"results": rows}, indent=2))

    def test_a_ratio_is_to_the_earlier_value(self):
        row, = results("--codec", "packed", "--n", "100", "--op", "ping_ack", "--compare", self.earlier())
        self.assertAlmostEqual(row["ratio"], row["median_ns"] / 1e9, delta=1e-3)

    def test_what_was_not_measured_then_has_no_ratio(self):
        row, = results("--codec", "packed", "--n", "100", "--op", "gossip_idle", "--compare", self.earlier())
        self.assertIsNone(row["ratio"])

    def test_its_own_output_is_read(self):
        path = self.file("own.json", bench("--json", "--codec", "packed", "--n", "1000", "--op", "bytes_per_member")[1])
        code, out, err = bench("--codec", "packed", "--n", "1000", "--op", "bytes_per_member", "--compare", path)
        self.assertEqual(code, 0, err)
        self.assertEqual(out.splitlines()[-1].split()[-1], "1.000", out)


class Mistakes(Folder):
    def refused(self, *arguments, saying):
        code, out, err = bench(*arguments)
        self.assertEqual((code, out), (2, ""), err)
        self.assertIn(saying, err.splitlines()[0])
        self.assertIn("usage:", err)

    def test_a_flag_that_does_not_exist(self):
        self.refused("--fast", saying="--fast")
        self.refused("fast", saying="fast")

    def test_a_flag_without_its_value(self):
        self.refused("--n", saying="--n needs a value")

    def test_a_value_that_is_none(self):
        self.refused("--n", "5", saying="100 to 1000000, not 5")
        self.refused("--n", "1000x", saying="1000x")
        self.refused("--n", ",", saying="--n")
        self.refused("--codec", "json", saying="packed and bincode1, not json")
        self.refused("--op", "fly", saying="ping_ack")
        self.refused("--repeat", "3", saying="7 to")

    def test_a_file_that_is_no_earlier_run(self):
        self.refused("--compare", self.folder.name + "/none", saying="cannot be read")
        self.refused("--compare", self.file("other", "{}"), saying="has no results")


@unittest.skipUnless(shutil.which("valgrind"), "no valgrind here")
class Instructions(Folder):
    def check(self, figures):
        path = self.file("figures.json", json.dumps(figures))
        return run(sys.executable, SOURCE / "bench" / "instructions", "--check", "--figures", path, "--op", "ping_ack", "--codec", "packed")

    def figures(self, instructions):
        return {"built_by": bench("--built-by")[1].strip(), "results": [{"op": "ping_ack", "codec": "packed", "n": 1000, "instructions": instructions}]}

    def test_a_rise_fails(self):
        code, out, _ = self.check(self.figures(1.0))
        self.assertEqual(code, 1, out)
        self.assertIn("ping_ack packed 1000: ", out)

    def test_a_fall_does_not(self):
        code, out, _ = self.check(self.figures(1e6))
        self.assertEqual(code, 0, out)
        self.assertIn("They fell", out)

    def test_what_has_no_figure_fails(self):
        code, out, _ = self.check({**self.figures(1.0), "results": []})
        self.assertEqual(code, 1, out)

    def test_figures_of_another_compiler_are_not_compared(self):
        code, out, _ = self.check({**self.figures(1.0), "built_by": "another"})
        self.assertEqual(code, 77, out)
        self.assertIn("skipped", out)


class Page(Folder):
    MARKS = ("<!-- figures: begin (make bench-plot) -->", "<!-- figures: end -->", "<!-- profile: begin (make bench-plot) -->", "<!-- profile: end -->")

    def results(self):
        return self.file("results.json", bench("--json", "--codec", "packed", "--n", "100,1000", "--op", "gossip_idle,bytes_per_member")[1])

    def write(self, page, *more):
        return run(sys.executable, SOURCE / "bench" / "table", self.results(), "--page", page, *more)

    def test_figures_and_profile_go_between_their_marks_and_nowhere_else(self):
        page = self.file("page.md", "before\n" + "\nold\n".join(self.MARKS) + "\nafter\n")
        for _ in range(2):  # a second time it replaces them
            code, _, err = self.write(page, "--profile", self.file("profile", "a profile\n"))
            self.assertEqual(code, 0, err)
        lines = page.read_text().splitlines()
        self.assertEqual((lines[0], lines[-1]), ("before", "after"))
        self.assertIn("| members | 100 | 1,000 |", lines)
        self.assertEqual(len([line for line in lines if line.startswith("| `gossip_idle` |")]), 2)
        self.assertIn("| bytes for each member |", page.read_text())
        self.assertEqual(lines.count("    a profile"), 1)
        self.assertEqual(lines.count("old"), 1)  # that between the two parts

    def test_a_page_without_marks_is_left_alone(self):
        page = self.file("page.md", "nothing\n")
        self.assertEqual(self.write(page)[0], 1)
        self.assertEqual(page.read_text(), "nothing\n")

    def test_the_page_has_them(self):
        text = (SOURCE / "docs" / "performance.md").read_text()
        for mark in self.MARKS:
            self.assertEqual(text.count(mark), 1, mark)

    def test_the_page_names_every_operation(self):
        text = (SOURCE / "docs" / "performance.md").read_text()
        for row in results("--codec", "packed", "--n", "100"):
            self.assertIn(f"`{row['op']}`", text)

    @unittest.skipUnless(shutil.which("gnuplot"), "no gnuplot here")
    def test_a_plot_has_a_line_for_each_operation(self):
        svg = pathlib.Path(self.folder.name) / "plot.svg"
        code, _, err = run(sys.executable, SOURCE / "bench" / "plot", self.results(), "--svg", svg)
        self.assertEqual(code, 0, err)
        self.assertIn("gossip_idle", svg.read_text())
        self.assertNotIn("bytes_per_member", svg.read_text())


if __name__ == "__main__":
    unittest.main()
