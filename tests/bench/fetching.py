"""What is fetched ahead in a large table is really fetched: compilers may take a function that does nothing else for one that does nothing,
and leave out the calls of it."""

import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(os.environ.get("SELKIE_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
SKIPPED = 77
LARGE = "300000" # members: more than all that is fetched ahead takes (base/prefetch.h, engine/index.c)
FETCHES = {"gossip_known": ["fetch"], "gossip_news": ["fetch", "fetch_news", "backlog_expect"], "announce_feed": ["fetch_drawn"]}


def called(operation, members):
    """The functions that take a share of it that is worth a line."""
    done = subprocess.run([sys.executable, str(SOURCE / "bench" / "instructions"), "--profile", operation, "--codec", "packed", "--n", members],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == SKIPPED:
        print(done.stdout, end="")
        sys.exit(SKIPPED)
    if done.returncode != 0:
        sys.exit(done.stdout)
    return {line.split()[-1].split(".")[0] for line in done.stdout.splitlines() if "%" in line}


complaints = []
for operation, functions in FETCHES.items():
    in_large, in_small = called(operation, LARGE), called(operation, "1000")
    complaints += [f"{operation}: {name} is not called with {LARGE} members" for name in functions if name not in in_large]
    complaints += [f"{operation}: {name} is called with 1000 members" for name in functions if name in in_small]
print("\n".join(complaints) if complaints else f"fetching: {len(FETCHES)} operations, none wrong")
sys.exit(1 if complaints else 0)
