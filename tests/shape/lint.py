"""clang-tidy and cppcheck have nothing to say, where they are installed."""

import shutil
import sys

import _tree

for tool in ("clang", "clang-tidy", "cppcheck"):
    if not shutil.which(tool):
        _tree.skip(f"no {tool} here (scripts/setup lint)")
code, text = _tree.run(_tree.SOURCE / "scripts" / "lint")
if code != 0:
    print(text)
sys.exit(code != 0)
