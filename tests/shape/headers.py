"""Each public header compiles alone, as C11 and as C++17, with gcc and clang, with all warnings."""

import shutil

import _tree

COMPILERS = [("gcc", "c", _tree.C11), ("clang", "c", _tree.C11), ("g++", "c++", _tree.CXX17), ("clang++", "c++", _tree.CXX17)]

complaints = []
compiled = 0
for header in sorted((_tree.SOURCE / "include" / "selkie").glob("*.h")):
    source = f'#include "selkie/{header.name}"\n#include "selkie/{header.name}"\n'
    for compiler, language, options in COMPILERS:
        if not shutil.which(compiler):
            print(f"no {compiler} here")
            continue
        code, text = _tree.run(
            compiler, *options, "-I", _tree.SOURCE / "include", "-fsyntax-only", "-x", language, "-", input=source)
        compiled += 1
        if code != 0:
            complaints.append(f"{compiler}: {text}")
_tree.finish(complaints, compiled, "compilations")
