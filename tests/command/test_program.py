"""The program as a user meets it: what it prints, what it returns, and what it does when something is in its way."""

import json
import os
import pathlib
import resource
import signal
import subprocess
import tempfile
import unittest

import _selkie
from test_json import VIOLATES

QUICKLY = "--members 6 --duration 20s --crash 1@5s"


def with_output(path, *arguments):
    """Its exit code and standard error, if its standard output goes there."""
    with open(path, "w", encoding="utf-8") as out:
        done = subprocess.run([str(_selkie.SELKIE), *arguments], stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stderr


class Outcome(unittest.TestCase):
    def test_the_report_says_what_was_asked_for_and_how_to_have_it_again(self):
        code, out, err = _selkie.sim("--members 1000 --duration 5s --seed 9 --loss 2% --crash 10@2s")
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(out.startswith("1,000 members for 5s, lan, a probe each 1s; a packet takes 1ms to 3ms, 2% are lost\n"), out)
        again = out.splitlines()[-1]
        self.assertEqual(again, "Again: selkie sim --members 1000 --duration 5s --loss 2% --crash 10@2s --seed 9")
        self.assertEqual(_selkie.run(*again.split()[2:]), (0, out, ""))

    def test_the_report_tells_what_happened_apart(self):
        out = _selkie.sim("--members 10 --duration 30s --crash 2@5s --slow 1@5s,by=1ms")[1]
        self.assertRegex(out, r"Time since the event \(crash\): 2 members .*\n(.*\n){6}  until all do .* -\n")
        self.assertRegex(out, r"Time since the event \(slow\): 1 member .*\n(.*\n){6}  until all do .* never +1\n")
        out = _selkie.sim("--members 10 --duration 30s --crash 2@5s --slow 1@5s,by=1ms --seeds 1..2")[1]
        self.assertIn("\nTimes are those of all that happened, together: crash, slow\n", out)
        self.assertNotIn("together", _selkie.sim(QUICKLY + " --seeds 1..2")[1])

    def test_where_nobody_could_notice_nothing_was_missed(self):
        out = _selkie.sim("--members 5 --duration 9s --crash all@5s")[1]
        self.assertIn("\nSomething happened to 5 members where nobody was there to notice\n", out)
        self.assertNotIn("never ", out.replace("  never\n", ""))
        run = _selkie.result("--members 5 --duration 9s --crash all@5s")
        self.assertEqual((run["subjects"], run["distributions"]["first_down_s"]["count"]), (5, 0))

    def test_one_member_is_not_several(self):
        out = _selkie.sim("--members 1 --duration 9s")[1]
        self.assertTrue(out.startswith("1 member for 9s, "), out)
        self.assertIn("9.00 s: 1 member runs, and all agree on who is there", out)

    def test_the_same_seed_gives_the_same_bytes(self):
        for flags in (QUICKLY, QUICKLY + " --json", QUICKLY + " --seeds 1..4 --sweep loss=0,10% --json"):
            self.assertEqual(_selkie.sim(flags), _selkie.sim(flags))
        self.assertNotEqual(_selkie.sim(QUICKLY + " --json"), _selkie.sim(QUICKLY + " --json --seed 2"))

    def test_how_many_run_at_once_changes_nothing(self):
        for form in ("", " --json"):
            flags = QUICKLY + " --seeds 1..6 --sweep loss=0,10%,30%" + form
            one = _selkie.sim(flags + " --jobs 1")
            self.assertEqual(one[0], 0)
            self.assertEqual(_selkie.sim(flags + " --jobs 5"), one)

    def test_a_sweep_prints_a_line_for_each_point(self):
        code, out, _ = _selkie.sim(QUICKLY + " --seeds 1..3 --sweep loss=0,10% --sweep crash.who=1,2")
        self.assertEqual(code, 0)
        lines = [line.split() for line in out.splitlines() if line.endswith("/3")]
        self.assertEqual([line[:2] for line in lines], [["0", "1"], ["0", "2"], ["10%", "1"], ["10%", "2"]])

    def test_a_check_that_fails_is_told_and_the_result_is_there(self):
        code, out, err = _selkie.sim(VIOLATES)
        self.assertEqual((code, err), (3, ""))
        self.assertRegex(out, r"A check failed \d+ times?, first at 52\.503691 s: BACKLOG: told the same news")
        self.assertIn("Load of each member", out)
        code, out, _ = _selkie.sim(VIOLATES.replace("--seed 1291", "--seeds 1291,1292"))
        self.assertEqual(code, 3)
        self.assertRegex(out, r"Checks failed \d+ times?")
        self.assertIn("All checks held.", _selkie.sim(QUICKLY + " --checks")[1])


class Scenarios(unittest.TestCase):
    def test_a_scenario_that_is_printed_is_the_same_scenario(self):
        flags = QUICKLY + " --group sick=2 --pause sick@3s,for=2s,gap=1s --set probe_period=900ms"
        code, text, _ = _selkie.sim(flags + " --print-scenario")
        self.assertEqual(code, 0)
        self.assertEqual(_selkie.run("sim", "-", "--json", input=text), _selkie.sim(flags + " --json"))

    def test_flags_change_what_a_file_says(self):
        with tempfile.NamedTemporaryFile("w", suffix=".sim") as file:
            file.write("members 6\nduration 20s\ncrash 1@5s\nseed 4\n")
            file.flush()
            wanted = _selkie.sim(QUICKLY + " --seed 5 --json")
            self.assertEqual(_selkie.run("sim", "--seed", "5", "--json", file.name), wanted)
            self.assertEqual(_selkie.run("sim", file.name, "--seed", "5", "--json"), wanted)

    def test_a_file_that_is_wrong_is_named_with_its_line(self):
        code, out, err = _selkie.run("sim", "-", input="members 6\ncrash many@5s\n")
        self.assertEqual((code, out), (2, ""))
        self.assertTrue(err.startswith('selkie sim: -:2: crash: "many" names no members'), err)


class Trouble(unittest.TestCase):
    def test_what_makes_no_sense_is_refused_before_anything_runs(self):
        for flags in ("--crsh 1@2s", "--members many", "--crash 10@2s --members 10", "--duration 0", "--sweep loss=1%,200% --members 65535",
                      "--html", "nowhere.sim", "--slow 1@1s,by=2h", "--seeds 9..1"):
            code, out, err = _selkie.sim(flags)
            self.assertEqual((code, out), (2, ""), flags)
            self.assertTrue(err.startswith("selkie sim: ") and err.count("\n") == 1, err)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_a_full_disk_is_an_error(self):
        for form in ([], ["--json"], ["--print-scenario"], ["--help"], ["--seeds", "1..2"], ["--seeds", "1..2", "--json"]):
            code, err = with_output("/dev/full", "sim", *QUICKLY.split(), *form)
            self.assertEqual(code, 1, form)
            self.assertIn("No space left on device", err)
        self.assertEqual(with_output("/dev/full", "help", "sim")[0], 1)
        self.assertEqual(with_output("/dev/full", "--version")[0], 1)

    def test_closed_output_is_an_error(self):
        done = subprocess.run([str(_selkie.SELKIE), "sim", *QUICKLY.split()], stderr=subprocess.PIPE, text=True, check=False,
                              preexec_fn=lambda: os.close(1))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("standard output", done.stderr)

    def test_a_page_takes_no_place_of_a_stream_that_is_closed(self):
        def without(*streams):
            with tempfile.NamedTemporaryFile(suffix=".html") as page:
                done = subprocess.run([str(_selkie.SELKIE), "sim", *QUICKLY.split(), "--html", page.name], stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, check=False, preexec_fn=lambda: [os.close(stream) for stream in streams])
                return done.returncode, page.read()
        code, page = without()
        self.assertEqual((code, page[:9]), (0, b"<!DOCTYPE"))
        self.assertTrue(without(1) == (1, page))
        self.assertTrue(without(0, 1, 2) == (1, page))
        self.assertTrue(without(2) == (0, page))

    @unittest.skipUnless(os.path.exists(f"/proc/self/task/{os.getpid()}/children"), "nobody says who the children are here")
    def test_no_run_outlives_the_program(self):
        program = subprocess.Popen([str(_selkie.SELKIE), "sim", "--members", "100", "--duration", "100h", "--seeds", "1..2", "--jobs", "2"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        children = pathlib.Path(f"/proc/{program.pid}/task/{program.pid}/children")
        while len(children.read_text(encoding="ascii").split()) < 2:
            self.assertIsNone(program.poll())
        runs = [int(run) for run in children.read_text(encoding="ascii").split()]
        program.kill()
        try:
            program.communicate(timeout=30)  # until nobody holds its standard error any more
        except subprocess.TimeoutExpired:
            for run in runs:
                os.kill(run, signal.SIGKILL)
            self.fail("its runs go on")

    def test_a_reader_that_goes_away_is_an_error(self):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([str(_selkie.SELKIE), "sim", *QUICKLY.split()], stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
        os.close(writing)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Broken pipe", done.stderr)

    def test_a_run_that_dies_is_named(self):
        def one_second():
            resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
        code, out, err = _selkie.sim("--members 2000 --duration 1h --sweep loss=50% --seeds 7..8", preexec_fn=one_second)
        self.assertEqual((code, out), (1, ""))
        self.assertRegex(err, r"^selkie sim: the run of loss=50%, seed [78] died of signal \d+ \(.*\)\n$")


class Progress(unittest.TestCase):
    LONG = "--members 60 --duration 6m --loss 20%"

    def test_it_is_told_on_standard_error_if_asked_for(self):
        code, out, err = _selkie.sim("--members 10 --duration 20s --seeds 1..3 --progress")
        self.assertEqual((code, err), (0, ""))  # that takes no second
        self.assertIn("Load", out)

    @unittest.skipUnless(_selkie.QUICK, "takes too long here")
    def test_a_long_run_says_how_far_it_is(self):
        code, _, err = _selkie.sim(self.LONG + " --progress")
        self.assertEqual(code, 0)
        self.assertRegex(err, r"^\d+(\.\d+)? (s|min) of 360 s, \d+ %, about .* to go\n")
        self.assertEqual(_selkie.sim(self.LONG)[2], "")  # no terminal


class Deeper(unittest.TestCase):
    """Numbers that are known otherwise."""

    def test_the_first_ping_comes_after_a_period_on_average(self):
        point = _selkie.result("--members 100 --crash 5@10s --duration 20s --seeds 1..10")["points"][0]
        of = point["distributions"]["first_ping_s"]
        self.assertEqual(of["count"], 50)
        self.assertAlmostEqual(of["mean"], 1, delta=0.45)  # of an exponential time: three standard deviations
        self.assertAlmostEqual(point["distributions"]["first_suspect_s"]["mean"], of["mean"] + 1, delta=0.05)

    def test_a_member_sends_two_probe_messages_a_period(self):
        run = _selkie.result("--members 50 --duration 60s --set periodic_announce.every=0")
        self.assertAlmostEqual(run["distributions"]["sent_packets_per_s"]["mean"], 2, delta=0.05)
        self.assertEqual(run["verdicts"]["false"], {"suspects": 0, "downs": 0, "returns": 0})

    def test_loss_is_as_large_as_asked_for(self):
        run = _selkie.result("--members 50 --duration 60s --loss 10%")
        self.assertAlmostEqual(run["undelivered"]["lost"] / run["traffic"]["packets"], 0.1, delta=0.01)

    def test_json_is_one_object(self):
        self.assertIsInstance(json.loads(_selkie.sim(QUICKLY + " --json --checks")[1]), dict)


if __name__ == "__main__":
    unittest.main()
