"""The pages and charts of `selkie sim`: well-formed, of one piece, within their frames, the same for the same seed; no text covers another, and
the figures are those of --json."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

SOURCE = pathlib.Path(os.environ.get("SELKIE_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
SELKIE = pathlib.Path(os.environ.get("SELKIE_BUILD_DIR", SOURCE / "build" / "release")) / "selkie"
SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

RUN_CHARTS = ["detection", "informed", "spread", "timeline", "false-positives", "false-suspicions", "size", "load", "bytes",
              "load-over-time", "bytes-over-time"]
SWEEP_CHARTS = ["sweep", "detection", "informed", "load"]

# name, flags, charts of the page
RUNS = [
    ("crash", "--members 60 --duration 30s --loss 2% --crash 5@10s --seed 7", RUN_CHARTS),
    ("nothing", "--members 3 --duration 5s", RUN_CHARTS),
    ("alone", "--members 1 --duration 5s", RUN_CHARTS),
    ("everything", "--members 40 --duration 60s --loss 30% --group sick=6 --slow sick@5s,by=400ms,for=30s --pause 4@10s,for=2s,gap=3s "
     "--leave 3@20s --restart m7@25s --isolate m9@26s,for=9s --clock 2@1s,by=-20% --lossy 3@30s,by=80%", RUN_CHARTS),
    ("join", "--members 30 --duration 30s --join together", RUN_CHARTS),
    ("split", "--members 20 --duration 90s --split m0-9@5s,for=40s", RUN_CHARTS),
    ("seeds", "--members 20 --duration 30s --crash 2@5s --seeds 1..4", SWEEP_CHARTS),
    ("sweep", "--members 20 --duration 40s --crash 2@5s --seeds 1..3 --sweep probe_period=1s,2s,4s --sweep loss=0,20%", SWEEP_CHARTS),
    ("many points", "--duration 12s --crash 1@2s --sweep members=4,8,16,32 --sweep loss=0,5%,15% --sweep preset=lan,wan",
     SWEEP_CHARTS),
]

complaints = []


def complain(where, what):
    complaints.append(f"{where}: {what}")


def run(flags, *more, environment=None):
    """What the command prints; its code must be 0."""
    done = subprocess.run([str(SELKIE), "sim", "--quiet", *flags.split(), *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        complain(flags, f"ended with {done.returncode}: {done.stderr}")
    return done.stdout


# ---- Documents ----


def parse(where, text):
    """Both the pages and the charts are XML, so that any parser finds what is left open."""
    try:
        return ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>\n"))
    except ElementTree.ParseError as error:
        complain(where, f"is not well-formed: {error}")
        return None


def check_alone(where, root, text):
    """Nothing is fetched, nothing runs."""
    for element in root.iter():
        tag = element.tag.replace(SVG, "")
        if tag in ("script", "link", "img", "image", "iframe", "object", "embed", "use", "base", "foreignObject"):
            complain(where, f"has an element {tag}")
        for name, value in element.attrib.items():
            if name.endswith("src") or name.startswith("on") or (name.endswith("href") and not value.startswith("#")):
                complain(where, f'refers to something: {name}="{value}"')
    for word in ("url(", "@import", "@font-face", "javascript:"):
        if word in text:
            complain(where, f"says {word}")
    if set(re.findall(r"https?://[^\"' <]*", text)) - {"http://www.w3.org/2000/svg"}:
        complain(where, "has an address of something else")


def check_names(where, root):
    identifiers = [element.get("id") for element in root.iter() if element.get("id")]
    for identifier in {name for name in identifiers if identifiers.count(name) > 1}:
        complain(where, f"has two elements {identifier}")
    for element in root.iter():
        wanted = (element.get("aria-labelledby") or "").split()
        if element.get("href"):
            wanted.append(element.get("href").removeprefix("#"))
        for name in set(wanted) - set(identifiers):
            complain(where, f"refers to {name}, which is not there")


def check_tables(where, root):
    for table in root.iter("table"):
        columns = len(table.find("thead/tr"))
        rows = table.findall("tbody/tr")
        if not rows:
            complain(where, "has a table without a row")
        for row in rows:
            if len(row) != columns:
                complain(where, f"has a row of {len(row)} cells under {columns} columns")


# ---- Charts ----


def points(element):
    """All coordinates of an element, as pairs; of a text where it begins and ends."""

    def value(name):
        return float(element.get(name))

    tag = element.tag.removeprefix(SVG)
    if tag == "line":
        return [(value("x1"), value("y1")), (value("x2"), value("y2"))]
    if tag == "rect":
        return [(value("x"), value("y")), (value("x") + value("width"), value("y") + value("height"))]
    if tag == "circle":
        return [(value("cx") - value("r"), value("cy") - value("r")), (value("cx") + value("r"), value("cy") + value("r"))]
    if tag == "path":
        numbers = [float(number) for number in NUMBER.findall(element.get("d"))]
        return list(zip(numbers[::2], numbers[1::2]))
    if tag == "text":
        left, top, right, bottom = box(element)
        return [(left, top), (right, bottom)]
    return []


def box(text):
    """Where a text is at least: letters are wider than that in all usual fonts."""
    size = 17 if "t-title" in text.get("class") else 12 if "t-small" in text.get("class") else 13
    width = 0.42 * size * len(text.text or "")
    x, y = float(text.get("x")), float(text.get("y"))
    left = x - {None: 0, "middle": 0.5, "end": 1}[text.get("text-anchor")] * width
    return left, y - 0.7 * size, left + width, y + 0.15 * size


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def check_attributes(where, svg):
    for element in svg.iter():
        for name, value in element.attrib.items():
            if re.search(r"\b(nan|inf|-nan|infinity)\b", value, re.I):
                complain(where, f'{name}="{value}"')
            if name in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height") and not NUMBER.fullmatch(value):
                complain(where, f'{name}="{value}" is no number')
        if element.tag == SVG + "rect" and (float(element.get("width")) < 0 or float(element.get("height")) < 0):
            complain(where, "has a rectangle of less than nothing")


def check_chart(where, svg):
    if svg.get("role") != "img" or not (svg.findtext(SVG + "title") or "").strip() or not (svg.findtext(SVG + "desc") or "").strip():
        complain(where, "says nothing to those who do not see it")
    check_attributes(where, svg)
    left, top, width, height = (float(number) for number in svg.get("viewBox").split())
    drawn = 0
    for element in svg.iter():
        for x, y in points(element):
            drawn += 1
            if not (left - 0.01 <= x <= left + width + 0.01 and top - 0.01 <= y <= top + height + 0.01):
                complain(where, f"{element.tag.removeprefix(SVG)} {element.text or ''} is at {x:g} {y:g}, beyond {width:g} x {height:g}")
    if drawn == 0:
        complain(where, "shows nothing, not even that")
    boxes = [(text.text, box(text)) for text in svg.iter(SVG + "text")]
    for number, (text, one) in enumerate(boxes):
        for other_text, other in boxes[:number]:
            if overlap(one, other):
                complain(where, f'"{text}" covers "{other_text}"')


# ---- What is promised ----


def check_page(name, flags, charts, folder):
    path = folder / "page.html"
    result = json.loads(run(flags, "--json", "--html", str(path)) or "{}")
    text = path.read_text()
    root = parse(name, text)
    if root is None:
        return
    check_alone(name, root, text)
    check_names(name, root)
    check_tables(name, root)
    svgs = {svg.get("id"): svg for svg in root.iter(SVG + "svg")}
    wanted = {f"chart-{chart}{form}" for chart in charts for form in ("", "-narrow")}
    if set(svgs) != wanted:
        complain(name, f"has other charts than promised: {sorted(set(svgs) ^ wanted)}")
    for identifier, svg in svgs.items():
        check_chart(f"{name}, {identifier}", svg)
    check_command(name, flags, root)
    if "timeline" in charts:
        check_numbers(name, root, result)
    run(flags, "--html", str(folder / "again.html"))
    if (folder / "again.html").read_text() != text:
        complain(name, "the same command makes another page")


def check_command(name, flags, root):
    """The page says how to have it again."""
    command = " ".join("".join(root.find(".//pre").itertext()).split())
    for word in flags.split():
        if word.startswith("--") and word not in command:
            complain(name, f"is not had again by {command}: {word} is missing")


def check_numbers(name, root, result):
    keys = {div.findtext("dt"): [dd.text for dd in div.findall("dd")] for div in root.findall(".//dl/div")}
    alarms = result["distributions"]["false_downs"]["max"]
    if keys["False alarms"][0] != f"{alarms:,.0f}":
        complain(name, f"says {keys['False alarms'][0]} false alarms, which are {alarms:g}")
    if keys["All agree at the end"][0] != ("yes" if result["agreed"] else "no"):
        complain(name, "does not say whether all agree")


def check_charts(folder):
    """Each chart as a document of its own, in the same bytes whatever the language is."""
    for name, flags, charts in (RUNS[0], RUNS[7]):
        for chart in charts:
            where = f"{name}, --svg {chart}"
            path, again = folder / "chart.svg", folder / "again.svg"
            run(flags, "--svg", f"{chart}={path}")
            run(flags, "--svg", f"{chart}={again}", environment={"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"})
            text = path.read_text()
            root = parse(where, text)
            if root is not None:
                check_alone(where, root, text)
                check_names(where, root)
                check_chart(where, root)
            if "prefers-color-scheme:dark" not in text:
                complain(where, "has one set of colours only")
            if again.read_text() != text:
                complain(where, "comes out differently")


def check_document():
    """docs/sim.md says what each chart is."""
    text = (SOURCE / "docs" / "sim.md").read_text()
    for chart in RUN_CHARTS + SWEEP_CHARTS:
        if f"`{chart}`" not in text:
            complain("docs/sim.md", f"does not say what {chart} is")


def check_seeds(folder):
    pages = [folder / "1.html", folder / "2.html"]
    for seed, page in enumerate(pages, 1):
        run("--members 30 --duration 20s --crash 3@5s", "--seed", str(seed), "--html", str(page))
    if pages[0].read_text().split("</pre>")[1] == pages[1].read_text().split("</pre>")[1]:
        complain("seeds", "two seeds make the same page")


def main():
    if not SELKIE.exists():
        print(f"no {SELKIE} here")
        sys.exit(1)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for run_name, flags, charts in RUNS:
            check_page(run_name, flags, charts, folder)
        check_charts(folder)
        check_seeds(folder)
    check_document()
    for complaint in complaints:
        print(complaint)
    print(f"{len(complaints)} complaints about {len(RUNS)} pages")
    sys.exit(1 if complaints else 0)


main()
