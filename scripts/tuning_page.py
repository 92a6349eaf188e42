"""The figures of docs/tuning.md: which commands make them, how they become tables, and what the page says of them.

A comment that is not seen names what a table shows; below it stand the commands, then the table, which `scripts/tuning` writes:

    <!-- figures crash
    all = all_down_s.p50 | known to all, s
    holds: all rises along members
    -->

        selkie sim --crash 1@10s --sweep members=10,100 --seeds 1..20

    | members | known to all, s |
    ...

A column is computed from what a point of `selkie sim --json` has: a distribution (all_down_s.p50), or another number (informed). What
stands behind a # in a command is the label of its rows. `from: crash` instead of commands: another table of the same figures.

`holds:` is what the page claims, of these columns:

    all rises along members [where loss=0]      falls along, too; from the first value to the last, and never the other way
    all < 20 [where members=10]                 in each such row; = and > too. The label is an axis, too: label=good
    all at members=10 < all at members=100 [where loss=0]

`holds in full:` is a claim that fewer seeds or smaller clusters do not show: it is looked up in the table."""

import itertools
import json
import math
import re
import shlex
import subprocess

BLOCK = re.compile(r"^<!-- figures (?P<name>[\w-]+)\n(?P<spec>.*?)^-->\n\n(?P<code>(?:    \S[^\n]*\n)+\n)?(?P<table>(?:\|[^\n]*\n)*)", re.M | re.S)
COMMAND = re.compile(r"^    selkie sim (.*)$", re.M)


class Problem(Exception):
    """What is wrong with the page or a command."""


# ---- Commands ----


class Command:
    """`selkie sim` and its flags."""

    def __init__(self, text):
        words = shlex.split(text, comments=True)
        label = re.search(r"\s#\s*(.*)$", text)
        self.text, self.label = text, label.group(1) if label else None
        self.files, self.flags = [], []  # [name, value]
        while words:
            word = words.pop(0)
            if word.startswith("--"):
                bare = word in ("--json", "--checks", "--quiet")
                self.flags.append([word[2:], None if bare else words.pop(0)])
            else:
                self.files.append(word)

    def get(self, name, otherwise=None):
        return next((value for flag, value in self.flags if flag == name), otherwise)

    def put(self, name, value):
        self.flags = [[flag, value if flag == name else old] for flag, old in self.flags]
        if self.get(name) is None:
            self.flags.append([name, value])

    def axes(self):
        """{name: [value...]}"""
        return {value.split("=", 1)[0]: value.split("=", 1)[1].split(",") for flag, value in self.flags if flag == "sweep"}

    def put_axis(self, name, values):
        self.flags = [[flag, f"{name}={','.join(values)}" if flag == "sweep" and old.startswith(name + "=") else old] for flag, old in self.flags]

    def points(self):
        """[{axis: value}...], as selkie sim numbers them."""
        axes = self.axes()
        return [dict(zip(axes, values)) for values in itertools.product(*axes.values())]

    def seeds(self):
        count = 0
        for part in self.get("seeds", "1").split(","):
            first, _, last = part.partition("..")
            count += int(last or first) - int(first) + 1
        return count

    def members(self, point):
        return int(point.get("members", self.get("members", "100")))

    def cost(self):
        """Members, seconds and runs together."""
        duration_s = seconds(self.get("duration", "60s"))
        return sum(self.members(point) for point in self.points()) * duration_s * self.seeds()

    def settings(self):
        """What of the configuration it changes, in words."""
        return ", ".join([self.get("preset", "lan")] + [f"`{value}`" for flag, value in self.flags if flag == "set"])

    def arguments(self):
        words = list(self.files)
        for flag, value in self.flags:
            words += [f"--{flag}"] + ([value] if value is not None else [])
        return words


def seconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m|h)?", text).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1, None: 1, "m": 60, "h": 3600}[unit]


def run(command, selkie, root, more=()):
    """The points of a command: what --json says of each."""
    words = [str(selkie), "sim", *command.arguments(), "--json", "--quiet", *more]
    done = subprocess.run(words, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"{shlex.join(words)}: ended with {done.returncode}: {done.stderr}")
    outcome = json.loads(done.stdout)
    return outcome.get("points", [outcome])


# ---- Smaller ----


def single(command):
    """Leave one of its points, the one that takes least: what is said of it is as on the page."""
    for name, values in command.axes().items():
        command.put_axis(name, [min(values, key=int) if name == "members" else values[0]])


def thin(command, most):
    """Fewer points, all of which are among the page's."""
    sizes = command.axes().get("members", [])
    while command.cost() > most and len(sizes) > 2:
        sizes = sizes[:-1]
        command.put_axis("members", sizes)
    for name, values in command.axes().items():
        if command.cost() > most and name != "members" and len(values) > 2:
            command.put_axis(name, [values[0], values[-1]])


def shrink(command, most):
    """Make a command cost not much more than that, in members, seconds and runs: fewer points, fewer seeds, fewer members."""
    thin(command, most)
    if command.cost() > most and command.seeds() > 1:
        each = command.cost() / command.seeds()
        command.put("seeds", f"1..{max(1, int(most / each))}")
    if command.cost() > most and "members" in command.axes():
        command.put_axis("members", [str(min(int(size), 50 + i)) for i, size in enumerate(command.axes()["members"])])
    elif command.cost() > most and command.members({}) > 50:
        command.put("members", "50")


# ---- Tables ----


def look_up(point, path):
    first, *rest = path.split(".")
    sample = point["distributions"].get(first)
    value = point[first] if sample is None else sample
    for name in rest:
        value = value[name]
    if value is None:
        return math.nan if sample["count"] == 0 else math.inf
    return value


def compute(expression, point):
    """A number; infinite where it never came about, not a number where there is nothing to say."""
    text = re.sub(r"[a-z]\w*(?:\.\w+)*", lambda match: f"({look_up(point, match.group(0))!r})", expression)
    return eval(text, {"__builtins__": {}, "inf": math.inf, "nan": math.nan})  # of the page's own expressions, numbers by now


def show(number):
    if math.isnan(number):
        return "-"
    if math.isinf(number):
        return "never"
    if number == int(number) or number >= 999.5:
        return f"{round(number):,}"
    return f"{number:.{0 if number >= 99.95 else 1 if number >= 9.995 else 2}f}"


def number_of(cell):
    return {"never": math.inf, "-": math.nan}[cell] if cell in ("never", "-") else float(cell.replace(",", ""))


class Row:
    def __init__(self, at, label, cells):
        self.at, self.label, self.cells = at, label, cells  # {axis: value}, text or None, [text]

    def is_at(self, place):
        return all((self.label if axis == "label" else self.at.get(axis)) == value for axis, value in place.items())


class Figures:
    """One table of the page."""

    def __init__(self, match):
        self.name, self.start, self.end = match.group("name"), match.start("table"), match.end("table")
        self.table = match.group("table")
        self.commands = [Command(text) for text in COMMAND.findall(match.group("code") or "")]
        self.columns, self.claims, self.source = {}, [], None  # {key: (expression, header)}, [(text, in full)]
        self.labels = None
        for line in match.group("spec").splitlines():
            self.read(line)
        if bool(self.commands) == bool(self.source):
            raise Problem(f"{self.name}: there are neither commands nor another table's, or both")

    def read(self, line):
        key, colon, value = line.partition(": ")
        if colon and key in ("holds", "holds in full"):
            self.claims.append((value, key == "holds in full"))
        elif colon and key == "from":
            self.source = value
        elif colon and key == "label":
            self.labels = value
        else:
            column = re.fullmatch(r"(\w+) = (.*?) \| (.*)", line)
            if not column:
                raise Problem(f"{self.name}: what is this? {line}")
            self.columns[column.group(1)] = column.group(2), column.group(3)

    def axes(self):
        return list(dict.fromkeys(axis for command in self.commands for axis in command.axes()))

    def rows(self, command, points):
        """points: what selkie sim said."""
        return [Row(point.get("at", {}), command.label, [self.cell(expression, command, point) for expression, _ in self.columns.values()])
                for point in points]

    @staticmethod
    def cell(expression, command, point):
        return command.settings() if expression == "settings" else show(compute(expression, point))

    def is_text(self, key):
        return self.columns[key][0] == "settings"

    def write(self, rows):
        axes = self.axes()
        head = ([self.labels] if self.labels else []) + axes + [header for _, header in self.columns.values()]
        right = [False] * bool(self.labels) + [True] * len(axes) + [not self.is_text(key) for key in self.columns]
        lines = [head, ["--:" if number else "---" for number in right]]
        lines += [([row.label] if self.labels else []) + [row.at.get(axis, "") for axis in axes] + row.cells for row in rows]
        return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)

    def read_table(self):
        """The rows that the page has now."""
        axes, rows = self.axes(), []
        for line in self.table.splitlines()[2:]:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            label = cells.pop(0) if self.labels else None
            rows.append(Row(dict(zip(axes, cells)), label, cells[len(axes):]))
        return rows

    # ---- Claims ----

    def value(self, row, key):
        return number_of(row.cells[list(self.columns).index(key)])

    def judge(self, claim, rows):
        """How often it could be looked at. Problem: it does not hold."""
        text, _, place = claim.partition(" where ")
        rows = [row for row in rows if row.is_at(place_of(place))]
        along = re.fullmatch(r"(\w+) (rises|falls) along (\S+)", text)
        limit = re.fullmatch(r"(\w+) ([<>=]) ([\d.]+)", text)
        pair = re.fullmatch(r"(\w+) at (\S+) ([<>=]) (\w+) at (\S+)", text)
        if along:
            return self.judge_along(claim, rows, *along.groups())
        if limit:
            key, sign, bound = limit.groups()
            self.judge_each(claim, [(self.value(row, key), float(bound)) for row in rows], sign)
            return len(rows)
        if pair:
            return self.judge_pair(claim, rows, *pair.groups())
        raise Problem(f"{self.name}: what does this claim? {claim}")

    def judge_each(self, claim, pairs, sign):
        for a, b in pairs:
            if not {"<": a < b, ">": a > b, "=": a == b}[sign]:
                raise Problem(f"{self.name}: does not hold: {claim} ({a:g}, {b:g})")

    def judge_pair(self, claim, rows, key, place, sign, other, elsewhere):
        here, there = place_of(place), place_of(elsewhere)
        free = [axis for axis in self.axes() if axis not in here]
        pairs = [(self.value(a, key), self.value(b, other)) for a in rows for b in rows
                 if a.is_at(here) and b.is_at(there) and all(a.at.get(axis) == b.at.get(axis) for axis in free)]
        self.judge_each(claim, pairs, sign)
        return len(pairs)

    def judge_along(self, claim, rows, key, way, axis):
        lines = {}
        for row in rows:
            rest = (row.label, *(value for name, value in row.at.items() if name != axis))
            lines.setdefault(rest, []).append(self.value(row, key) * (1 if way == "rises" else -1))
        lines = [values for values in lines.values() if len(values) > 1]
        for values in lines:
            if sorted(values) != values or values[0] == values[-1]:
                raise Problem(f"{self.name}: does not hold: {claim} ({values})")
        return len(lines)


def place_of(text):
    """{axis: value} of "loss=5%,members=100"."""
    return dict(part.split("=", 1) for part in text.split(",")) if text else {}


def read(text):
    """All tables of a page, by name."""
    found = {figures.name: figures for figures in map(Figures, BLOCK.finditer(text))}
    for figures in found.values():
        if figures.source:
            figures.commands = found[figures.source].commands
    return found
