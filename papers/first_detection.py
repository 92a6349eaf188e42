"""SWIM: how long until somebody pings a member that crashed."""

import math

import chance
import lab
import verdict
from chart import Chart, Curve
from table import number, table

NAME = "first-detection"
TITLE = "SWIM: time to the first detection"

PERIOD_S = 1.0
AFTER_S = 0.05  # how long after the beginning of a period they crash
TOLERANCE = 0.05


def aligned_moments(others, observers):
    """Mean and variance of the period in which the first Ping goes out: P[T > t] = (1 - t/others)^observers."""
    later = [(1 - t / others) ** observers for t in range(others)]
    first = sum(later)
    return first, sum((2 * t + 1) * share for t, share in enumerate(later)) - first * first


def random_moments(others, observers):
    """The same where periods begin anywhere: the integral instead of the sum."""
    first = others / (observers + 1)
    return first, 2 * others * others / ((observers + 1) * (observers + 2)) - first * first


def _plan(bench):
    """(members, (how many crash at once, and how often in a run), flags of each call): at ten members in each phase of a round, each with runs
    of its own; at 10,000 several times in one run, for each costs minutes."""
    runs = bench.pick(100, 600)
    plan = [(10, (1, 1), [{"crash": f"1@{second}050ms", "seeds": bench.seeds(runs, 1000 * second), "duration": "38s"} for second in range(9, 18)]),
            (100, (2, 1), [{"crash": "2@20050ms", "seeds": bench.seeds(bench.pick(120, 1500)), "duration": "40s"}]),
            (1000, (30, 1), [{"crash": "30@5050ms", "seeds": bench.seeds(bench.pick(4, 60)), "duration": "24s"}])]
    if bench.full:
        crashes = [f"250@{second}050ms" for second in (3, 6, 9, 12)]
        plan.append((10000, (250, len(crashes)), [{"crash": crashes, "seed": bench.seed_at(0), "duration": "30s"}]))
    return plan


def _pooled(points, name):
    """Mean of all values of a distribution over several points; greatest of all; how many never came."""
    of = [point["distributions"][name] for point in points]
    count = sum(one["count"] - one["never"] for one in of)
    return {"count": count, "mean": sum(one["mean"] * (one["count"] - one["never"]) for one in of) / count,
            "max": max(one["max"] if one["max"] is not None else math.inf for one in of), "never": sum(one["never"] for one in of)}


def _summarize(members, crowds, join, outcomes):
    points = [lab.only_point(outcome) for outcome in outcomes]
    ping, suspect = _pooled(points, "first_ping_s"), _pooled(points, "first_suspect_s")
    shift = AFTER_S / PERIOD_S if join == "aligned" else 0
    at_once, times = crowds
    return {"members": members, "join": join, "crashes": ping["count"], "never": ping["never"],
            "observers": [members - at_once * (time + 1) for time in range(times)],
            "mean": ping["mean"] / PERIOD_S + shift, "max": ping["max"] / PERIOD_S + shift, "wait": (suspect["mean"] - ping["mean"]) / PERIOD_S}


def measure(bench):
    lines, calls = [], []
    for join in ("aligned", "acquainted"):
        for members, crowds, each in _plan(bench):
            lines.append((members, crowds, join, len(each)))
            calls += [(["first-detection"], {"members": members, "join": join, **flags}) for flags in each]
    outcomes = iter(bench.run_all(calls))
    return {"lines": [_summarize(members, crowds, join, [next(outcomes) for _ in range(count)]) for members, crowds, join, count in lines]}


# ---- What is expected ----

def _moments(line, observers):
    return (aligned_moments if line["join"] == "aligned" else random_moments)(line["members"] - 1, observers)


def theirs(line):
    """If nobody else crashed."""
    return _moments(line, line["members"] - 1)[0]


def expected(line):
    """With those that are left to probe."""
    return chance.mean([_moments(line, observers)[0] for observers in line["observers"]])


def error(line):
    return math.sqrt(chance.mean([_moments(line, observers)[1] for observers in line["observers"]]) / line["crashes"])


def _allowed(line, checks):
    """What the table asks for, 5 %, or what chance alone takes up if that is more."""
    return max(TOLERANCE * expected(line), chance.z_of(checks) * error(line))


def verdicts(results):
    lines = results["lines"]
    good = all(abs(line["mean"] - expected(line)) <= _allowed(line, len(lines)) and line["never"] == 0 for line in lines)
    bounded = all(line["max"] <= 2 * line["members"] - 1 for line in lines)
    worst = max(lines, key=lambda line: abs(line["mean"] / expected(line) - 1))
    return [verdict.Verdict(
        "first detection", "mean within 5 % (or what chance takes up, if that is more) of the sum where periods are aligned, of the integral, about 1.0, where they are not; never later than 2n - 1 periods",
        verdict.of(good and bounded),
        f"the mean that is furthest off is {100 * (worst['mean'] / expected(worst) - 1):+.1f} % (standard error "
        f"{100 * error(worst) / expected(worst):.1f} %), at {worst['members']:,} members; the latest first Ping came after "
        f"{max(line['max'] for line in lines):.1f} periods")]


def section(results):
    rows = [[f"{line['members']:,}", "aligned" if line["join"] == "aligned" else "random", f"{line['crashes']:,}", number(theirs(line)),
             number(expected(line)), f"{line['mean']:.3f} ± {error(line):.3f}", f"{line['max']:.2f}", f"{2 * line['members'] - 1:,}",
             number(line["wait"])] for line in results["lines"]]
    return f"""**Theirs.** Where members probe in rounds, each in an order of its own, and all periods begin together, the mean number of periods to the first Ping
that a crashed member gets is the sum over t ≥ 0 of (1 - t/(n-1))^(n-1): 1.48 at n = 10, towards e/(e-1) = 1.58. No member waits longer for the next probe by a given
other one than 2n - 1 periods.

**Ours.** Members crash just after a period began. That a probe failed shows at the end of its period, so the first suspicion comes later by the probe's own wait, which is
in the last column. In a real cluster periods begin at any time; then the sum becomes an integral, and the mean is (n-1)/n of a period. Several members crash in one run, and do
not probe each other: *exactly* has n - c of them probing in the place of n - 1.

{table(["members", "periods", "crashes", "theirs", "exactly", "ours", "latest", "bound", "probe's wait"], rows)}
"""


def charts(results):
    def points(join, key):
        return [(line["members"], line[key]) for line in results["lines"] if line["join"] == join]
    sizes = [10 ** (1 + i / 20) for i in range(61)]
    return [Chart("first-detection", "members", "periods to the first Ping", [
        Curve("theirs, aligned", [(n, aligned_moments(round(n) - 1, round(n) - 1)[0]) for n in sizes]),
        Curve("ours, aligned", points("aligned", "mean"), dots=True),
        Curve("random phases, as derived", [(n, (n - 1) / n) for n in sizes]),
        Curve("ours, random phases", points("acquainted", "mean"), dots=True)], log_x=True, y_from=0)]
