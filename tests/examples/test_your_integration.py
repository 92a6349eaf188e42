"""The example of how to test an integration is short, holds with any seed, and says the same each time for the same one."""

import os
import subprocess
import unittest

SOURCE = os.path.join(os.environ["SELKIE_SOURCE_DIR"], "examples", "test_your_integration.c")
PROGRAM = os.path.join(os.environ["SELKIE_BUILD_DIR"], "examples", "test_your_integration")


def run(seed):
    return subprocess.run([PROGRAM, str(seed)], capture_output=True, text=True, timeout=60)


class TestYourIntegration(unittest.TestCase):
    def test_it_has_less_than_250_lines(self):
        with open(SOURCE, encoding="ascii") as source:
            self.assertLess(len(source.readlines()), 250)

    def test_it_holds_with_any_seed(self):
        for seed in range(1, 21):
            done = run(seed)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(done.stdout.splitlines()[0], "identity type and codec: conform")
            self.assertEqual(done.stdout.count(": after "), 4)

    def test_it_says_the_same_for_the_same_seed(self):
        self.assertEqual(run(3).stdout, run(3).stdout)


if __name__ == "__main__":
    unittest.main()
