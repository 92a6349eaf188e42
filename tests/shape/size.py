"""No file above 700 lines, no function above 70."""

import re
import statistics

import _tree

FILE_LINES = 700
FUNCTION_LINES = 70


def functions(text):
    """(name, first line, lines) of each function. Relies on the format of the tree: a function begins and ends in the first column."""
    start = name = None
    for number, line in enumerate(_tree.without_comments(text).splitlines(), 1):
        if re.match(r"[A-Za-z_]", line):
            start = number
            match = re.search(r"(\w+)\(", line)
            name = match.group(1) if match and "=" not in line else None
        elif line.startswith("}") and start is not None:
            if name is not None:
                yield name, start, number - start + 1
            start = None


complaints = []
lengths = []
files = _tree.c_files("include", "src", "examples", "fuzz", "bench", "tests")
for path in files:
    text = path.read_text()
    lines = len(text.splitlines())
    if lines > FILE_LINES:
        complaints.append(f"{_tree.name_of(path)}: {lines} lines")
    for name, start, length in functions(text):
        lengths.append(length)
        if length > FUNCTION_LINES:
            complaints.append(f"{_tree.name_of(path)}:{start}: {name} has {length} lines")
if lengths:
    print(f"{len(lengths)} functions, {statistics.median(lengths):g} lines in the median, {max(lengths)} at most")
_tree.finish(complaints, len(lengths), "functions")
