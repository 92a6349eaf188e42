"""The amalgamation compiles as C11 and as C++17 without a warning, only selkie_* leaves it, and a program made of it runs."""

import shutil
import sys
import tempfile

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/install")
import _consumer
import _tree

COMPILERS = [("gcc", "c", _tree.C11), ("clang", "c", _tree.C11), ("g++", "c++", _tree.CXX17), ("clang++", "c++", _tree.CXX17)]

PANIC = """
#include <stdlib.h>
void selkie_panic(const char *what) {
    (void)what;
    abort();
}
"""


def build(folder, compiler, language, options):
    """What there is to complain about one compiler, or None."""
    program = folder + "/program"
    (_tree.pathlib.Path(folder) / "main.c").write_text(_consumer.AMALGAMATED + PANIC)
    code, text = _tree.run(compiler, *options, "-O2", "-I", folder, "-c", "-x", language, folder + "/selkie.c", "-o", folder + "/selkie.o")
    if code != 0:
        return text
    _, names = _tree.run("nm", "-gP", "--defined-only", folder + "/selkie.o")
    strangers = [line.split()[0] for line in names.splitlines() if not line.startswith("selkie_")]
    if strangers or not names:
        return "leaves the object: " + " ".join(strangers)
    if language == "c":
        code, text = _tree.run(compiler, *options, "-ffreestanding", "-fsyntax-only", "-I", folder, folder + "/selkie.c")
        if code != 0:
            return text
    code, text = _tree.run(compiler, *options, "-I", folder, "-x", language, folder + "/main.c", "-x", "none", folder + "/selkie.o", "-o", program)
    if code != 0:
        return text
    code, text = _tree.run(program)
    return None if code == 0 else f"the program ended with {code}: {text}"


complaints = []
compiled = 0
with tempfile.TemporaryDirectory() as folder:
    code, text = _tree.run(_tree.SOURCE / "scripts" / "amalgamate", folder)
    if code != 0:
        sys.exit(text)
    for compiler, language, options in COMPILERS:
        if not shutil.which(compiler):
            print(f"no {compiler} here")
            continue
        compiled += 1
        complaint = build(folder, compiler, language, options)
        if complaint:
            complaints.append(f"{compiler}: {complaint}")
_tree.finish(complaints, compiled, "compilations")
