"""What the program, its manual pages and its documents say of the same things is the same, and the examples that they give work."""

import re
import shutil
import subprocess
import tempfile
import unittest

import _selkie

PAGES = ["man/selkie.1", "man/selkie-sim.1"]


def read(name):
    return (_selkie.SOURCE / name).read_text()


def help_on(topic):
    code, out, err = _selkie.run("help", topic)
    assert code == 0 and err == "", err
    return out


def flags_of_help():
    """Each flag, and whether it takes something."""
    return {name: argument is not None for name, argument in re.findall(r"^  --([a-z-]+)( [A-Z@a-z]\S*)?(?:  |$)", help_on("sim"), re.M)
            for argument in [argument or None]}


def flags_of_page():
    return {name: argument != "" for name, argument in re.findall(r"^\.It Fl -([a-z-]+)( .*)?$", read("man/selkie-sim.1"), re.M)}


def keys_of_page():
    return sorted(re.findall(r"^\.It Cm ([a-z]+) Ns = ", read("man/selkie-sim.1"), re.M))


def keys_of_help():
    return sorted(re.findall(r"^  ([a-z]+)=", help_on("sim"), re.M))


def examples_in(text):
    """Commands that stand on lines of their own."""
    return [line.strip().removeprefix(".Dl ") for line in text.splitlines() if re.match(r"(?:    |\.Dl )selkie sim --", line)]


class Help(unittest.TestCase):
    def test_the_manual_page_has_the_flags_that_there_are(self):
        self.assertGreater(len(flags_of_help()), 30)
        self.assertEqual(flags_of_page(), flags_of_help())

    def test_each_flag_is_one(self):
        for name, takes in flags_of_help().items():
            code, _, err = _selkie.run("sim", f"--{name}" if takes else f"--{name}=1")
            self.assertEqual(code, 2, name)
            self.assertRegex(err, "is expected behind it" if takes else "this flag takes no value")

    def test_the_manual_page_has_the_keys_of_events_that_there_are(self):
        self.assertGreater(len(keys_of_help()), 8)
        self.assertEqual(keys_of_page(), keys_of_help())

    def test_each_field_of_the_configuration_is_a_setting(self):
        struct = re.search(r"struct selkie_config \{(.*?)\n\};", read("include/selkie/selkie.h"), re.S).group(1)
        struct = re.sub(r"/\*.*?\*/", "", struct, flags=re.S)
        fields = []
        for kind, name in re.findall(r"^\s*((?:struct )?\w+) (\w+);", struct, re.M):
            periodic = kind == "struct selkie_periodic"
            fields += [f"{name}.every", f"{name}.members"] if periodic else [name.removesuffix("_us")]
        wanted = set(fields) - {"struct_size", "observe"}  # those change nothing in a run
        self.assertEqual(set(re.findall(r"^  (\S+), ", help_on("settings"), re.M)), wanted)

    def test_the_help_is_no_wider_than_a_terminal_may_be(self):
        for topic in ("sim", "settings"):
            text = help_on(topic).split("\nExamples\n")[0]
            self.assertLessEqual(max(map(len, text.splitlines())), 110)

    def test_help_is_found_in_each_way(self):
        self.assertEqual(_selkie.run("sim", "--help"), (0, help_on("sim"), ""))
        self.assertEqual(_selkie.run("help")[1], _selkie.run("--help")[1])
        self.assertEqual(_selkie.run("help")[1], _selkie.run("-h")[1])
        self.assertEqual(_selkie.run("sim", "--help", "--members", "7")[0], 0)

    def test_the_version_is_that_of_the_library(self):
        numbers = re.findall(r"#define SELKIE_VERSION_\w+ (\d+)", read("include/selkie/selkie.h"))
        self.assertEqual(_selkie.run("--version"), (0, f"selkie {'.'.join(numbers)}\n", ""))

    def test_what_is_no_command_or_topic_is_refused(self):
        for arguments, wanted in ((["sin"], 'there is no "sin", did you mean sim?'), (["help", "sin"], "did you mean sim"),
                                  (["frobnicate"], "`selkie help` says what there is"), (["help", "sim", "more"], "one topic")):
            code, out, err = _selkie.run(*arguments)
            self.assertEqual((code, out), (2, ""))
            self.assertIn(wanted, err)
        self.assertEqual(_selkie.run()[0], 2)


class ManualPages(unittest.TestCase):
    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc here")
    def test_they_are_well_written(self):
        for page in PAGES:
            done = subprocess.run(["mandoc", "-Tlint", _selkie.SOURCE / page], capture_output=True, text=True, check=False)
            found = [line for line in done.stdout.splitlines() if "referenced manual not found" not in line]
            self.assertEqual(found, [])

    @unittest.skipUnless(shutil.which("man"), "no man here")
    def test_man_shows_them(self):
        for page in PAGES:
            done = subprocess.run(["man", "--warnings", "-l", _selkie.SOURCE / page], capture_output=True, text=True, check=False,
                                  env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "MANWIDTH": "100", "MANROFFSEQ": ""})
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("EXIT STATUS", done.stdout)


class Examples(unittest.TestCase):
    def test_they_are_the_same_everywhere(self):
        in_help = examples_in(help_on("sim"))
        self.assertEqual(len(in_help), 3)
        self.assertEqual(examples_in(read("man/selkie-sim.1")), in_help)
        for example in in_help:
            self.assertIn(example, read("docs/sim.md"))

    def test_they_work(self):
        for example in sorted(set(examples_in(help_on("sim")) + examples_in(read("docs/sim.md")))):
            command = example.split()[1:]
            if not _selkie.QUICK or "5000" in command:
                command += ["--members", "60", "--duration", "30s"] + (["--seeds", "1..2"] if "--seeds" in command else [])
            with tempfile.TemporaryDirectory() as folder:  # some write files
                code, out, err = _selkie.run(*command, cwd=folder)
            self.assertEqual((code, err), (0, ""), example)
            self.assertIn("Again: selkie sim --", out)

    def test_the_files_in_the_help_and_the_document_work(self):
        for text in (help_on("sim"), read("docs/sim.md")):
            files = re.findall(r"(?:^    (?:members|duration|loss|restart|crash|seed) .*\n)+", text, re.M)
            self.assertEqual(len(files), 1)
            code, _, err = _selkie.run("sim", "-", "--members", "30", input=files[0])
            self.assertEqual((code, err), (0, ""))


if __name__ == "__main__":
    unittest.main()
