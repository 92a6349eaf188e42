"""What tests of a page and its program share: the program run with a seed, and the lines that the page quotes."""

import os
import re
import subprocess

SOURCE = os.environ["SELKIE_SOURCE_DIR"]
BUILD = os.environ["SELKIE_BUILD_DIR"]


def read(name):
    """A file of the source tree."""
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


class Page:
    """A page of docs/ and the example that it quotes; to be mixed into a TestCase."""

    page = None  # its name
    program = None  # of the example
    timeout = 120

    @classmethod
    def run_with(cls, seed, *arguments):
        """The exit code, and all that was printed."""
        command = [os.path.join(BUILD, "examples", cls.program), str(seed), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=cls.timeout)
        return done.returncode, done.stdout + done.stderr

    def output(self, seed, *arguments):
        """What was printed, of a run that has to end well."""
        code, text = self.run_with(seed, *arguments)
        self.assertEqual(code, 0, text)
        return text

    def assert_prints(self, seeds, patterns):
        """With each of these seeds the first lines are these, one pattern each."""
        for seed in seeds:
            text = self.output(seed)
            lines = text.splitlines()
            self.assertGreaterEqual(len(lines), len(patterns), text)
            for line, wanted in zip(lines, patterns):
                self.assertRegex(line, f"^{wanted}$", f"seed {seed}")

    def quoted(self, pattern, at_least):
        """The indented lines of the page, outside its blocks of code, that are like this; there are some."""
        text = re.sub(r"```.*?```", "", read(self.page), flags=re.S)
        lines = re.findall(f"^    ({pattern})$", text, re.M)
        self.assertGreaterEqual(len(lines), at_least)
        return lines

    def assert_printed(self, quoted, text):
        """Each of these is a line of what was printed."""
        printed = text.splitlines()
        for line in quoted:
            self.assertIn(line, printed, text)
