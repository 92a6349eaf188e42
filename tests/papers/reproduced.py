"""The experiments of the papers in their quick form: each row of docs/papers.md comes out with a verdict, those that chance leaves alone hold, and a
row that does not hold is seen."""

import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("SELKIE_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("SELKIE_BUILD_DIR", SOURCE / "build" / "release"))
RUN = SOURCE / "papers" / "run"
SEED = "1"

ROWS = ["first detection", "load", "infection", "false detections under independent loss", "SWIM's figure 4", "Lifeguard, threshold experiment",
        "Lifeguard, interval experiment", "Lifeguard, alpha and beta", "bootstrap (Rapid's set-up)"]
VERDICTS = {"reproduced", "in part", "differs", "measured"}

sys.path.insert(0, str(SOURCE / "papers"))


def papers(folder, *arguments):
    command = [sys.executable, RUN, "--program", BUILD / "selkie", "--keep", folder, "--docs", folder, "--seed", SEED, *arguments]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def experiment(name):
    spec = importlib.util.spec_from_file_location(name, SOURCE / "papers" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Papers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.code, cls.said = papers(cls.folder.name, "--check")
        cls.page = (pathlib.Path(cls.folder.name) / "papers.md").read_text()

    def kept(self, name):
        return json.loads((pathlib.Path(self.folder.name) / "quick" / f"{name}.json").read_text())["results"]

    def test_the_rows_that_chance_leaves_alone_hold(self):
        self.assertEqual(self.code, 0, self.said)

    def test_each_row_has_a_verdict(self):
        found = dict(re.findall(r"^\| ([^|]+) \| [^|]+ \| \*\*([a-z ]+)\*\* \|", self.page, re.MULTILINE))
        for row in ROWS:
            self.assertIn(found.get(row), VERDICTS, row)

    def test_the_page_in_the_tree_has_the_same_rows_from_the_full_form(self):
        committed = (SOURCE / "docs" / "papers.md").read_text()
        for row in ROWS:
            self.assertIn(f"| {row} | ", committed)
        self.assertEqual(len(re.findall(r"\*full form, seed \d+, [\d,]+ calls of `selkie sim`, \d+ s", committed)), 9)
        for chart in re.findall(r"\((papers/[\w-]+\.svg)\)", committed):
            self.assertTrue((SOURCE / "docs" / chart).is_file(), chart)

    # What holds has to be able not to: the same results, spoilt.

    def expect_failure(self, name, spoil):
        module, results = experiment(name.replace("-", "_")), self.kept(name)
        due = [each for each in module.verdicts(results) if each.due]
        self.assertTrue(due, name)
        self.assertTrue(all(each.verdict == "reproduced" for each in due), name)
        spoil(results)
        self.assertTrue(any(each.verdict != "reproduced" for each in module.verdicts(results) if each.due), name)

    def test_a_late_first_ping_is_seen(self):
        self.expect_failure("first-detection", lambda results: results["lines"][0].update(mean=results["lines"][0]["mean"] * 1.2))

    def test_a_first_ping_that_never_came_is_seen(self):
        self.expect_failure("first-detection", lambda results: results["lines"][0].update(never=1))

    def test_load_that_grows_is_seen(self):
        self.expect_failure("load", lambda results: results["lines"][-1].update(sent=2.2))

    def test_news_that_does_not_reach_all_is_seen(self):
        self.expect_failure("infection", lambda results: results["lines"][0].update(missed=True))

    def test_news_that_is_slow_is_seen(self):
        def slow(results):
            results["lines"][0]["curve"] = [(3 * periods, share) for periods, share in results["lines"][0]["curve"]]
        self.expect_failure("infection", slow)

    def test_probes_that_fail_too_often_are_seen(self):
        self.expect_failure("false-detection", lambda results: results["lines"][3].update(failed=int(results["lines"][3]["failed"] * 1.2)))

    def test_suspicion_that_loses_members_is_seen(self):
        def lose(results):
            for line in results["lines"]:
                line["running"] = [1] * 200
        self.expect_failure("joining", lose)

    def test_a_late_verdict_is_seen(self):
        def late(results):
            results["configs"]["SWIM"]["first"] = [1.2 * each for each in results["configs"]["SWIM"]["first"]]
        self.expect_failure("threshold", late)

    def test_lifeguard_that_saves_nothing_is_seen(self):
        self.expect_failure("interval", lambda results: results["runs"].update(Lifeguard=results["runs"]["SWIM"]))

    def test_a_median_that_does_not_follow_alpha_is_seen(self):
        def same(results):
            results["lines"][0].update(first=results["SWIM"]["first"])
        self.expect_failure("alpha-beta", same)

    def test_members_that_do_not_find_each_other_are_seen(self):
        def never(results):
            for each in results["lines"][0]["runs"]:
                each["most_s"] = None
        self.expect_failure("bootstrap", never)


unittest.main()
