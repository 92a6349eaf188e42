"""What the checks of the source tree share: where things are, and how a check ends."""

import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(os.environ.get("SELKIE_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("SELKIE_BUILD_DIR", SOURCE / "build" / "release"))
SKIPPED = 77  # exit code of a check that could not be made here

WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror".split()
C11 = ["-std=c11", "-Wstrict-prototypes", *WARNINGS]
CXX17 = ["-std=c++17", *WARNINGS]


def c_files(*folders):
    """All C files below these folders of the project, in a stable order."""
    found = []
    for folder in folders:
        found += [path for path in (SOURCE / folder).rglob("*.[ch]") if path.is_file()]
    return sorted(found)


def name_of(path):
    return path.relative_to(SOURCE).as_posix()


def without_comments(text):
    """C source with its comments and the insides of its strings blanked out; line breaks stay."""

    def blank(match):
        token = match.group(0)
        if token.startswith("/"):
            return re.sub(r"[^\n]", " ", token)
        return token[0] + " " * (len(token) - 2) + token[-1]

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def run(*command, **options):
    """Run a command; its exit code and all that it printed."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    return done.returncode, done.stdout


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


def finish(complaints, looked_at, what):
    """End a check. One that looked at nothing has failed."""
    for complaint in complaints:
        print(complaint)
    if not looked_at:
        print("nothing to look at: this check checks nothing")
    print(f"{len(complaints)} complaints about {looked_at} {what}")
    sys.exit(0 if looked_at and not complaints else 1)
