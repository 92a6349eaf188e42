"""What tests of the program share: where it is, and how it is run."""

import json
import os
import pathlib
import subprocess

SOURCE = pathlib.Path(os.environ.get("SELKIE_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("SELKIE_BUILD_DIR", SOURCE / "build" / "release"))
SELKIE = BUILD / "selkie"
QUICK = BUILD.name == "release"  # elsewhere what is large takes too long


def run(*arguments, **options):
    """Exit code, standard output, standard error."""
    done = subprocess.run([str(SELKIE), *map(str, arguments)], capture_output=True, text=True, timeout=300, **options)
    return done.returncode, done.stdout, done.stderr


def sim(flags, **options):
    return run("sim", *flags.split(), **options)


def result(flags):
    """The JSON of a run that has to end well."""
    code, out, err = sim(flags + " --json")
    if code != 0:
        raise AssertionError(f"selkie sim {flags}: exit code {code}: {err}")
    return json.loads(out)
