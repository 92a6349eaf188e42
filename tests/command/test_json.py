"""docs/sim.md has each name that is in the JSON, and no other; and the numbers in it agree with each other."""

import json
import re
import unittest

import _selkie

# What has names that are not its own: those of settings, counters, messages and axes
NAMED_ELSEWHERE = {"config", "counters", "packets_of", "bytes_of", "at"}
RUN = "--members 8 --duration 60s --crash 2@5s --pause m3@5s,for=20s --loss 5%"
# The Down are forgotten before all have been told, and told anew: the check BACKLOG does not expect that
VIOLATES = "--members 8 --duration 120s --seed 1291 --checks --preset wan-plain --latency 1ms..600ms --set remove_down_after=1s --split m3@11067ms"


def names_in(value):
    """All names of objects, however deep."""
    if isinstance(value, list):
        return set().union(*map(names_in, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found = set(value)
    for name, inner in value.items():
        if name not in NAMED_ELSEWHERE:
            found |= names_in(inner)
    return found


def documented():
    page = (_selkie.SOURCE / "docs/sim.md").read_text()
    section = page.split("\n## JSON\n")[1].split("\n## ")[0]
    rows = " ".join(line for line in section.splitlines() if "`" in line)
    names = set(re.findall(r"`([a-z][a-z0-9_]*)`", rows))
    return names - {"_s", "null", "step", "awareness", "null"}


class Names(unittest.TestCase):
    def test_the_document_has_those_that_there_are(self):
        run, sweep = _selkie.result(RUN), _selkie.result(RUN + " --seeds 1..2 --sweep loss=0,5%")
        violated = json.loads(_selkie.sim(VIOLATES + " --json")[1])
        self.assertEqual(names_in(run) | names_in(sweep) | names_in(violated), documented())

    def test_configuration_and_counters_have_the_names_that_they_have_elsewhere(self):
        run = _selkie.result(RUN)
        header = (_selkie.SOURCE / "include/selkie/stats.h").read_text()
        self.assertIn("probes_failed", run["counters"])
        for name in run["counters"]:
            self.assertRegex(header, rf"\b{name}\b|message##{'_' + '_'.join(name.split('_')[-2:])}|message##_{name.split('_')[-1]}")
        self.assertEqual(run["config"]["probe_period_s"], 1)
        self.assertIs(run["config"]["suspects_hear_first"], True)
        self.assertEqual(run["config"]["periodic_gossip.members"], 3)


class Numbers(unittest.TestCase):
    def test_a_run_agrees_with_itself(self):
        run = _selkie.result(RUN)
        self.assertEqual((run["kind"], run["members"], run["duration_s"], run["runs"]), ("run", 8, 60, 1))
        self.assertEqual(run["subjects"], len(run["happened"]))
        self.assertEqual(sum(subject["observers"] for subject in run["happened"]), run["observers"])
        self.assertEqual(sum(subject["informed"] for subject in run["happened"]), run["informed"])
        for name in ("first_ping_s", "first_suspect_s", "first_down_s", "all_down_s"):
            values = sorted(subject[name] for subject in run["happened"])
            of = run["distributions"][name]
            self.assertEqual((of["count"], of["never"], of["min"], of["max"]), (3, 0, values[0], values[-1]))
            self.assertEqual(of["p50"], values[1])
            self.assertAlmostEqual(of["mean"], sum(values) / 3, places=5)
        self.assertEqual(sum(run["traffic"]["packets_of"].values()), run["traffic"]["packets"])
        self.assertEqual(sum(run["series"]["bytes"]), run["traffic"]["bytes"])
        self.assertEqual(run["distributions"]["false_downs"]["max"], run["verdicts"]["false"]["downs"])
        self.assertEqual(run["curves"]["down"][-1][1], run["informed"] / run["observers"])
        self.assertEqual(run["running"], 6)
        self.assertEqual(run["distributions"]["sent_bytes_per_s"]["count"], 8)

    def test_what_never_happened_is_null(self):
        run = _selkie.result("--members 5 --crash m3@5s --duration 7s")
        subject = run["happened"][0]
        self.assertIsNone(subject["until_s"])
        self.assertIsNone(subject["all_down_s"])
        self.assertIsNone(run["agreed_s"])
        self.assertIs(run["agreed"], False)
        of = run["distributions"]["all_down_s"]
        self.assertEqual((of["count"], of["never"], of["mean"], of["p50"]), (1, 1, None, None))

    def test_the_scenario_in_it_asks_for_the_same(self):
        run = _selkie.result(RUN)
        code, out, err = _selkie.run("sim", "-", "--json", input="\n".join(run["scenario"]))
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(json.loads(out), run)

    def test_a_point_of_a_sweep_is_its_runs_together(self):
        sweep = _selkie.result("--members 8 --duration 30s --crash 2@5s --seeds 4..6 --sweep members=5,8")
        self.assertEqual((sweep["kind"], len(sweep["points"])), ("sweep", 2))
        runs = [_selkie.result(f"--members 8 --duration 30s --crash 2@5s --seed {seed}") for seed in (4, 5, 6)]
        point = sweep["points"][1]
        self.assertEqual(point["at"], {"members": "8"})
        self.assertEqual((point["runs"], point["subjects"]), (3, 6))
        self.assertEqual(point["traffic"]["packets"], sum(run["traffic"]["packets"] for run in runs))
        self.assertEqual(point["distributions"]["first_down_s"]["max"],
                         max(run["distributions"]["first_down_s"]["max"] for run in runs))
        self.assertEqual(point["series"]["downs"], [sum(column) for column in zip(*(run["series"]["downs"] for run in runs))])


if __name__ == "__main__":
    unittest.main()
