"""Draws curves with gnuplot, all of them alike."""

import dataclasses
import shutil
import subprocess

COLORS = ["#1b6ca8", "#d1495b", "#2e933c", "#edae49", "#7b4fa0", "#00a5a8", "#8c564b", "#404040"]


@dataclasses.dataclass
class Curve:
    title: str
    points: list  # (x, y)
    dots: bool = False  # measured: dots without a line
    steps: bool = False


@dataclasses.dataclass
class Chart:
    name: str
    x: str
    y: str
    curves: list
    log_x: bool = False
    log_y: bool = False
    y_from: float = None
    x_names: list = None  # bars: what stands below each place


def _settings(chart):
    lines = ["set terminal svg size 900,480 name 'papers' font 'sans-serif,13' background 'white'", f"set xlabel '{chart.x}'",
             f"set ylabel '{chart.y}'", "set grid", "set key outside right Left reverse noenhanced", "set xtics nomirror", "set ytics nomirror"]
    if chart.log_x:
        lines.append("set logscale x\nset format x '%.0s%c'")
    if chart.log_y:
        lines.append("set logscale y\nset format y '%g'")
    if chart.y_from is not None:
        lines.append(f"set yrange [{chart.y_from}:]")
    if chart.x_names:
        places = ", ".join(f"'{name}' {place}" for place, name in enumerate(chart.x_names))
        lines.append(f"set xtics ({places})\nset xrange [-0.6:{len(chart.x_names) - 0.4}]")
    return "\n".join(lines) + "\n"


def _style(chart, index, curve):
    color = f"linecolor rgb '{COLORS[index % len(COLORS)]}'"
    if chart.x_names:
        width = 0.8 / len(chart.curves)
        return f"using ($1 + {(index - (len(chart.curves) - 1) / 2) * width:.3f}):2:({width * 0.92:.3f}) with boxes fill solid 0.8 {color}"
    if curve.dots:
        return f"with points pointtype {5 + 2 * (index % 3)} pointsize 1 {color}"
    return f"with {'steps' if curve.steps else 'lines'} linewidth 2 {color}"


def program(chart):
    data = "".join(f"$c{i} << EOD\n" + "".join(f"{x:.6g} {y:.6g}\n" for x, y in curve.points) + "EOD\n"
                   for i, curve in enumerate(chart.curves))
    plots = ", ".join(f"$c{i} {_style(chart, i, curve)} title '{curve.title}'" for i, curve in enumerate(chart.curves) if curve.points)
    return f"{_settings(chart)}{data}plot {plots}\n"


def can_draw():
    return shutil.which("gnuplot") is not None


def draw(chart, folder):
    drawn = subprocess.run(["gnuplot"], input=program(chart), stdout=subprocess.PIPE, text=True, check=True).stdout
    (folder / f"{chart.name}.svg").write_text(drawn)
