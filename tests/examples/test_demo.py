"""The demo: every step happens, it ends in time, and it leaves nothing running, also when it is interrupted."""

import os
import signal
import subprocess
import sys
import time
import unittest

SOURCE = os.environ["SELKIE_SOURCE_DIR"]
DEMO = [sys.executable, os.path.join(SOURCE, "scripts", "demo")]
STEPS = 6


def stat_of(pid):
    """State and parent of a process; None if it is gone."""
    try:
        with open("/proc/%s/stat" % pid, encoding="ascii") as stat:
            state, parent = stat.read().rsplit(")", 1)[1].split()[:2]
        return state, int(parent)
    except (FileNotFoundError, ProcessLookupError):
        return None


def runs(pid):
    stat = stat_of(pid)
    return stat is not None and stat[0] != "Z"


def agents_of(demo):
    """The processes that this one started and that still run."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in pids if runs(pid) and (stat_of(pid) or ("", 0))[1] == demo]


@unittest.skipUnless(os.path.exists("/proc/self/stat"), "needs /proc")
class Demo(unittest.TestCase):
    def test_all_steps_happen_within_50_seconds(self):
        begin = time.monotonic()
        result = subprocess.run(DEMO, capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertLess(time.monotonic() - begin, 50)
        self.assertEqual(result.stdout.count("all agreed after"), STEPS)
        self.assertNotIn("\033", result.stdout)

    def interrupted_by(self, number):
        demo = subprocess.Popen(DEMO, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(demo.kill)
        for line in demo.stdout:
            if "is killed" in line:  # some are running now
                break
        agents = agents_of(demo.pid)
        self.assertGreaterEqual(len(agents), 4)
        demo.send_signal(number)
        demo.stdout.read()
        self.assertNotEqual(demo.wait(60), 0)
        demo.stdout.close()
        self.assertEqual([pid for pid in agents if runs(pid)], [])

    def test_nothing_is_left_running_after_an_interrupt(self):
        self.interrupted_by(signal.SIGINT)

    def test_nothing_is_left_running_after_a_termination(self):
        self.interrupted_by(signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
