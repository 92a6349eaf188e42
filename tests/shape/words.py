"""The tree stands alone: no path of the machine that it was written on is in it, and what it says of its own names is true."""

import re
import shutil

import _tree

FOREIGN = re.compile(r"/wor[k]/|\bshare[d]/|/tm[p]/brief|\bcore\.m[d]\b|/hom[e]/|/roo[t]/")


def files_of_the_tree():
    listed = []
    if shutil.which("git"):
        listed = _tree.run("git", "-C", _tree.SOURCE, "ls-files", "-co", "--exclude-standard")[1].splitlines()
    if not any((_tree.SOURCE / name).is_file() for name in listed): # no git, or no repository of ours
        listed = [_tree.name_of(path) for path in _tree.SOURCE.rglob("*")]
    paths = [_tree.SOURCE / name for name in listed if not name.startswith(("build/", ".git/"))]
    return [path for path in paths if path.is_file()]


def text_of(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


complaints = []
files = files_of_the_tree()
for path in files:
    for number, line in enumerate(text_of(path).splitlines(), 1):
        if FOREIGN.search(line):
            complaints.append(f"{_tree.name_of(path)}:{number}: {line.strip()}")

# A page that names a function that does not exist is wrong. Names of files and build targets are names too.
code = [path for path in files if path.suffix in (".h", ".c", ".txt", ".cmake", ".in")]
known = set(re.findall(r"\bselkie_\w+", " ".join(text_of(path) for path in code)))
for path in files:
    if path.suffix == ".md":
        for name in sorted(set(re.findall(r"\bselkie_[a-z0-9_]*[a-z0-9]", text_of(path)))):
            if name not in known and name + "_" not in known:
                complaints.append(f"{_tree.name_of(path)}: there is no {name}")
_tree.finish(complaints, len(files), "files")
