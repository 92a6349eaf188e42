"""SWIM: how long until somebody pings a member that crashed."""

import math

import chance
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


def _calls(lab, join):
    """(members, files, flags): a crash in each phase of a round of ten; at 10,000 several at once, for each run costs minutes."""
    rounds = ",".join(f"{second}050ms" for second in range(9, 18))
    calls = [(10, {"crash": "1@9050ms", "sweep": f"crash.at={rounds}", "seeds": lab.seeds(lab.pick(100, 600)), "duration": "38s"}),
             (100, {"crash": "2@20050ms", "seeds": lab.seeds(lab.pick(120, 1500)), "duration": "40s"}),
             (1000, {"crash": "30@5050ms", "seeds": lab.seeds(lab.pick(4, 60)), "duration": "24s"})]
    if lab.full:
        crashes = [f"250@{second}050ms" for second in (3, 6, 9, 12)]
        calls.append((10000, {"crash": crashes, "seed": lab.seed_at(0), "duration": "30s"}))
    return [(members, (["first-detection"], {"members": members, "join": join, **flags})) for members, flags in calls]


def _pooled(points, name):
    """Mean of all values of a distribution over several points; greatest of all; how many never came."""
    of = [point["distributions"][name] for point in points]
    count = sum(one["count"] - one["never"] for one in of)
    return {"count": count, "mean": sum(one["mean"] * (one["count"] - one["never"]) for one in of) / count,
            "max": max(one["max"] if one["max"] is not None else math.inf for one in of), "never": sum(one["never"] for one in of)}


def _summarize(members, join, outcome):
    points = outcome.get("points", [outcome])
    ping, suspect = _pooled(points, "first_ping_s"), _pooled(points, "first_suspect_s")
    crashed = [one["observers"] for one in outcome.get("happened", [])] or [points[0]["observers"] // points[0]["subjects"]]
    moments = aligned_moments if join == "aligned" else random_moments
    expected = [moments(members - 1, observers) for observers in crashed]
    shift = AFTER_S / PERIOD_S if join == "aligned" else 0
    return {"members": members, "join": join, "crashes": ping["count"], "never": ping["never"],
            "mean": ping["mean"] / PERIOD_S + shift, "max": ping["max"] / PERIOD_S + shift,
            "wait": (suspect["mean"] - ping["mean"]) / PERIOD_S,
            "paper": moments(members - 1, members - 1)[0],
            "expected": chance.mean([mean for mean, _ in expected]),
            "error": math.sqrt(chance.mean([variance for _, variance in expected]) / ping["count"])}


def measure(lab):
    calls = [(members, join, call) for join in ("aligned", "acquainted") for members, call in _calls(lab, join)]
    outcomes = lab.run_all([call for _, _, call in calls])
    return {"lines": [_summarize(members, join, outcome) for (members, join, _), outcome in zip(calls, outcomes)]}


def _allowed(line, checks):
    """What the table asks for, 5 %, or what chance alone takes up if that is more."""
    return max(TOLERANCE * line["expected"], chance.z_of(checks) * line["error"])


def verdicts(results):
    lines = results["lines"]
    good = all(abs(line["mean"] - line["expected"]) <= _allowed(line, len(lines)) and line["never"] == 0 for line in lines)
    bounded = all(line["max"] <= 2 * line["members"] - 1 for line in lines)
    worst = max(lines, key=lambda line: abs(line["mean"] / line["expected"] - 1))
    return [verdict.Verdict(
        "first detection", "mean within 5 % of the sum (aligned) or of 1.0 period (random phases); never later than 2n - 1 periods",
        verdict.of(good and bounded),
        f"the mean that is furthest off is {100 * (worst['mean'] / worst['expected'] - 1):+.1f} % (standard error "
        f"{100 * worst['error'] / worst['expected']:.1f} %), at {worst['members']:,} members; the latest first Ping came after "
        f"{max(line['max'] for line in lines):.1f} periods")]


def section(results):
    rows = [[f"{line['members']:,}", "aligned" if line["join"] == "aligned" else "random", f"{line['crashes']:,}", number(line["paper"]),
             number(line["expected"]), f"{line['mean']:.3f} ± {line['error']:.3f}", f"{line['max']:.2f}", f"{2 * line['members'] - 1:,}",
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
