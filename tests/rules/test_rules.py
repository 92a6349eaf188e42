"""Holds docs/protocol.md and the tests together.

Each rule of docs/protocol.md must be named by at least one test, in a comment `/* Rules: P6.1, P6.14 */`, and each rule
that is named anywhere must exist. Run from the root of the source tree. Exit 0: all is well; 1: what is not is listed.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULE = re.compile(r"\bP(\d+)\.(\d+)\b")
DEFINITION = re.compile(r"^- \*\*P(\d+)\.(\d+)\*\* ", re.MULTILINE)
SECTION = re.compile(r"^## (\d+)\. ", re.MULTILINE)
TAG = re.compile(r"/\*[\s*]*Rules:(.*?)\*/", re.DOTALL)


def numbers(pattern, text):
    return [(int(section), int(number)) for section, number in pattern.findall(text)]


def name(rule):
    return "P%d.%d" % rule


def numbering_faults(text, rules):
    """Rules must be numbered 1, 2, 3 ... inside the section whose number they bear."""
    section, last = 0, 0
    for line in text.splitlines():
        if heading := SECTION.match(line):
            section, last = int(heading.group(1)), 0
        for rule in numbers(DEFINITION, line):
            if rule != (section, last + 1):
                yield f"docs/protocol.md: {name(rule)} stands where {name((section, last + 1))} should"
            last = rule[1]
    for rule in sorted(set(numbers(RULE, text)) - set(rules)):
        yield f"docs/protocol.md: refers to {name(rule)}, which does not exist"


def tags_of_tests():
    """Each rule that tests name, with the files that do."""
    named = {}
    for path in sorted((ROOT / "tests").rglob("*.c")):
        for tag in TAG.findall(path.read_text(encoding="utf-8")):
            for rule in numbers(RULE, tag):
                named.setdefault(rule, set()).add(path.relative_to(ROOT).as_posix())
    return named


def tag_faults(rules, named):
    for rule in sorted(set(named) - set(rules)):
        yield f"{', '.join(sorted(named[rule]))}: names {name(rule)}, which does not exist"
    for rule in sorted(set(rules) - set(named)):
        yield f"no test names {name(rule)}"


def main():
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    rules = numbers(DEFINITION, text)
    if len(rules) < 100:
        print(f"docs/protocol.md: only {len(rules)} rules found: has its form changed?")
        return 1
    named = tags_of_tests()
    faults = list(numbering_faults(text, rules)) + list(tag_faults(rules, named))
    for fault in faults:
        print(fault)
    print(f"{len(rules)} rules, {len(set(rules) & set(named))} of them with a test, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
