"""Arrows run one way: each folder includes only what it stands on, by its full name ("engine/members.h")."""

import re

import _tree

PUBLIC = {"selkie"}
FREESTANDING = {"stddef.h", "stdint.h", "stdbool.h", "limits.h"}

# folder: the folders that it may include from, and the headers of the system (None: any)
MAY = {
    "include/selkie": (PUBLIC, FREESTANDING),
    "src/base": ({"base"} | PUBLIC, FREESTANDING),
    "src/engine": ({"engine", "base"} | PUBLIC, FREESTANDING),
    "src/codec": ({"codec", "base"} | PUBLIC, FREESTANDING),
    "src/parts": ({"parts"} | PUBLIC, None),
    "src/sim": ({"sim"} | PUBLIC, None),
    "src/chart": ({"chart"}, None),
    "src/command": ({"command", "chart"} | PUBLIC, None),
    "examples": (PUBLIC, None),
    "fuzz": (PUBLIC | {"fuzz"}, None),
    "bench": (PUBLIC | {"common"}, None),
    "bench/engine": ({"model"} | PUBLIC, None),
    "tests/base": ({"base"} | PUBLIC, None),
    "tests/engine": ({"engine", "base"} | PUBLIC, None),
    "tests/codec": ({"codec", "base"} | PUBLIC, None),
    "tests/parts": ({"parts"} | PUBLIC, None),
    "tests/sim": ({"sim"} | PUBLIC, None),
    "tests/chart": ({"chart"}, None),
    "tests/command": ({"command", "chart"} | PUBLIC, None),
    "tests/model": ({"model"} | PUBLIC, None),
    "tests/firmware": (PUBLIC, FREESTANDING),
    "tests/common": (PUBLIC, None),
}

# All other folders of tests are users; what several of them and the benchmarks need is in tests/common.
USERS = (PUBLIC | {"common"}, None)

# The doors through which a folder sees more of the system than others of its kind.
DOORS = {"src/base/memory.h": {"string.h"}, "include/selkie/inet.h": {"sys/socket.h"}, "include/selkie/sim.h": {"stdio.h"}}


def complain(path, line, include, quoted):
    folder = _tree.name_of(path.parent)
    if folder not in MAY and not folder.startswith("tests/"):
        return f"nobody said what {folder} may include"
    layers, system = MAY.get(folder, USERS)
    first = include.split("/")[0]
    if ".." in include.split("/"):
        return "reaches out of its folder"
    if not quoted and first not in PUBLIC:
        allowed = system is None or include in system or include in DOORS.get(_tree.name_of(path), ())
        return None if allowed else "is not a header of the freestanding language"
    if "/" not in include and folder.startswith(("tests/", "examples", "bench/")) and (path.parent / include).exists():
        return None
    if first not in layers or "/" not in include:
        return f"is not below {folder}"
    return None


complaints = []
files = _tree.c_files("include", "src", "examples", "fuzz", "bench", "tests")
for path in files:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if match:
            complaint = complain(path, line, match.group(2), match.group(1) == '"')
            if complaint:
                complaints.append(f"{_tree.name_of(path)}:{number}: {match.group(2)} {complaint}")
_tree.finish(complaints, len(files), "files' includes")
