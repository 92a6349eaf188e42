"""clang-tidy and cppcheck have nothing to say, where they are installed."""

import shutil
import sys

import _tree

for tool in ("clang-tidy", "cppcheck"):
    if not shutil.which(tool):
        _tree.skip(f"no {tool} here (scripts/setup lint)")
if not (_tree.BUILD / "compile_commands.json").exists():
    _tree.skip("no compile_commands.json in this build")
code, text = _tree.run(_tree.SOURCE / "scripts" / "lint", _tree.BUILD)
if code != 0:
    print(text)
sys.exit(code != 0)
