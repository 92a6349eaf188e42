"""What the libraries show, need and keep: only selkie_* leaves them; base, engine and codec need four functions of the C library and
selkie_panic; there are no writable globals."""

import re
import sys

import _tree

NEEDS = {"memcpy", "memmove", "memset", "memcmp", "selkie_panic", "_GLOBAL_OFFSET_TABLE_"}
FREESTANDING = ["base", "engine", "codec"]
LIBRARIES = ["libselkie", "libselkie-sim"]


def files_of(library):
    """The files of a library, or the objects of a layer."""
    folder = _tree.BUILD / "src"
    return [folder / library] if library.startswith("lib") else sorted((folder / "CMakeFiles" / f"selkie_{library}.dir").rglob("*.o"))


def symbols(library, *options):
    code, text = _tree.run("nm", "-P", *options, *files_of(library))
    if code != 0 or not text:
        sys.exit(f"nm {library}: {text}")
    return {line.split()[0] for line in text.splitlines() if len(line.split()) >= 2 and not line.endswith("]:")}


def writable(library):
    """Sections of a library that a program writes to. What is only relocated at start (.data.rel.ro) is constant."""
    _, text = _tree.run("readelf", "-SW", *files_of(library))
    for match in re.finditer(r"\] (\.(?:data|bss|tdata|tbss)\S*)\s+\S+\s+\S+\s+\S+\s+([0-9a-f]+)", text):
        if int(match.group(2), 16) != 0 and not match.group(1).startswith(".data.rel.ro"):
            yield match.group(1)


if any(name.startswith("__asan") for name in symbols("base", "-u")):
    _tree.skip("this build has sanitizers, which bring names of their own")

complaints = []
exported = {}
for library in LIBRARIES:
    static, shared = symbols(f"{library}.a", "-g", "--defined-only"), symbols(f"{library}.so", "-D", "--defined-only")
    complaints += [f"{library}: {name} leaves the library" for name in sorted(static | shared) if not name.startswith("selkie_")]
    complaints += [f"{library}: {name} is in the static or the shared one only" for name in sorted(static ^ shared)]
    exported[library] = shared
complaints += [f"{name} is in both libraries" for name in sorted(set.intersection(*exported.values()))]
leaves = set.union(*exported.values())

defined = set().union(*(symbols(library, "-g", "--defined-only") for library in FREESTANDING))
needed = set().union(*(symbols(library, "-u") for library in FREESTANDING))
complaints += [f"base, engine and codec need {name}" for name in sorted(needed - defined - NEEDS)]

headers = " ".join(path.read_text() for path in (_tree.SOURCE / "include").rglob("*.h"))
declared = set(re.findall(r"\b(selkie_\w+)\(", _tree.without_comments(headers)))
for name in sorted(leaves - declared):
    complaints.append(f"{name} is exported and no public header declares it")
for name in sorted(set(re.findall(r"SELKIE_API[^;]*?\b(selkie_\w+)\(", _tree.without_comments(headers))) - leaves):
    complaints.append(f"{name} is declared and not there")

for library in [*FREESTANDING, "parts", "sim"]:
    complaints += [f"{library}: {section} is writable" for section in writable(library)]
_tree.finish(complaints, len(leaves), "symbols")
