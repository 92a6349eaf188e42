"""Every C block of README.md and docs/*.md is code that is compiled. A line before the block says where it comes from:

    <!-- example: examples/poll40.c -->        the whole file
    <!-- example: examples/poll40.c#join -->   what lies in it between the lines `/* example: join */` and `/* end: join */`
    <!-- example: compiles -->                 the block is a translation unit of its own, after all public headers
    <!-- example: body -->                     the same, as the inside of a function with `selkie *engine`

Blocks of a file must be equal to it, so that what is read is what is compiled and run."""

import re
import textwrap

import _tree

BLOCK = re.compile(r"(?:^<!-- example: (?P<mark>\S+) -->\n+)?^```c\n(?P<code>.*?)^```$", re.M | re.S)


def region(path, name):
    text = (_tree.SOURCE / path).read_text()
    if not name:
        return text
    match = re.search(rf"^[ ]*/\* example: {name} \*/\n(.*?)^[ ]*/\* end: {name} \*/$", text, re.M | re.S)
    return textwrap.dedent(match.group(1)) if match else None


def compiles(code, as_body):
    headers = "".join(f'#include "selkie/{path.name}"\n' for path in sorted((_tree.SOURCE / "include/selkie").glob("*.h")))
    if as_body:
        code = f"void body(selkie *engine);\nvoid body(selkie *engine) {{\n(void)engine;\n{code}}}\n"
    result, text = _tree.run("cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-I", _tree.SOURCE / "include", "-fsyntax-only", "-x",
                             "c", "-", input=headers + code)
    return text if result != 0 else None


def complain(mark, code):
    if mark is None:
        return "does not say where it comes from (<!-- example: ... -->)"
    if mark in ("compiles", "body"):
        return compiles(code, mark == "body")
    path, _, name = mark.partition("#")
    if not (_tree.SOURCE / path).is_file():
        return f"{path} does not exist"
    wanted = region(path, name)
    if wanted is None:
        return f"{path} has no part {name}"
    return None if wanted.strip("\n") == code.strip("\n") else f"differs from {mark}"


complaints = []
blocks = 0
pages = [page for page in [_tree.SOURCE / "README.md", *sorted((_tree.SOURCE / "docs").glob("**/*.md"))] if page.exists()]
for page in pages:
    text = page.read_text()
    for match in BLOCK.finditer(text):
        blocks += 1
        complaint = complain(match.group("mark"), match.group("code"))
        if complaint:
            line = text.count("\n", 0, match.start("code"))
            complaints.append(f"{_tree.name_of(page)}:{line}: {complaint}")
print(f"{blocks} blocks")
_tree.finish(complaints, len(pages), "pages")
