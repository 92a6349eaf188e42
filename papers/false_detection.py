"""SWIM: how often a healthy member's probe fails, where packets are lost independently."""

import math

import chance
import verdict
from chart import Chart, Curve
from table import table

NAME = "false-detection"
TITLE = "SWIM: false detections under independent loss"

LOSSES = [1, 5, 10, 20]  # percent
HELPERS = [1, 3]
MEMBERS = 100
FACTOR = math.e / (math.e - 1)


def per_probe(loss, helpers):
    """The direct way takes two packets, each way through a helper four."""
    arrives = 1 - loss / 100
    return (1 - arrives ** 2) * (1 - arrives ** 4) ** helpers


def measure(lab):
    cells = [(loss, helpers) for helpers in HELPERS for loss in LOSSES]
    def runs(loss, helpers):
        return lab.pick(1, 40 if (loss, helpers) == (1, 3) else 10)
    outcomes = lab.run_all([(["false-detection"], {"loss": f"{loss}%", "set": f"num_indirect_probes={helpers}", "seeds": lab.seeds(runs(loss, helpers)),
                                                   "duration": lab.pick("300s", "1000s")}) for loss, helpers in cells])
    lines = []
    for (loss, helpers), outcome in zip(cells, outcomes):
        counters = outcome["points"][0]["counters"]
        ended = sum(counters[name] for name in ("probes_acked", "probes_forwarded", "probes_failed", "probes_void"))
        lines.append({"loss": loss, "helpers": helpers, "probes": ended, "failed": counters["probes_failed"]})
    return {"lines": lines}


def _interval(line, share):
    return chance.binomial_interval(line["probes"], per_probe(line["loss"], line["helpers"]), share)


def _within(line, share):
    low, high = _interval(line, share)
    return low <= line["failed"] <= high


def verdicts(results):
    lines = results["lines"]
    family = 1 - 1 / chance.ONCE_IN / len(lines)
    inside = sum(_within(line, 0.95) for line in lines)
    return [verdict.Verdict("false detections under independent loss", "frequency within the formula's 95 % interval, in each cell",
                            verdict.of(all(_within(line, family) for line in lines) and inside >= len(lines) - 3),
                            f"{inside} of {len(lines)} cells within 95 %; of so many one falls outside by chance in {100 * (1 - 0.95 ** len(lines)):.0f} % of all runs, "
                            f"so the row holds if at most 3 do, and all are within {100 * family:.3f} %")]


def section(results):
    rows = []
    for line in results["lines"]:
        low, high = _interval(line, 0.95)
        rate, expected = line["failed"] / line["probes"], per_probe(line["loss"], line["helpers"])
        rows.append([f"{line['loss']} %", line["helpers"], f"{expected:.3g}", f"{line['probes']:,}", f"{low:,} to {high:,}", f"{line['failed']:,}", f"{rate:.3g}",
                     f"{expected * FACTOR:.3g}", f"{rate * FACTOR:.3g}", "within" if _within(line, 0.95) else "outside"])
    return f"""**Theirs.** The probability that a healthy member is falsely detected is q_f (1 - q²) (1 - q_f q⁴)^k e^q_f/(e^q_f - 1), with k helpers, where q is the chance of a packet to arrive and q_f the
share of members that are well, here 1. The paper calls it PM(T): as we read it, it is about the time T that a detection takes on average, e/(e-1) = 1.58 periods, which is where the last factor comes from. In one period, in which a
member is probed once on average, it is (1 - q²) (1 - q⁴)^k.

**Ours.** {MEMBERS} members, all well; each packet is lost with the same chance. Counted are probes that nobody answered, directly or through a helper, which is when our engine raises
a suspicion: for each member there is one probe a period on average. Suspicions do not run out here, so that everyone stays. Our helpers are asked after the round-trip time, as in the paper, and others than
the target and ourselves, all different.

{table(["loss", "k", "formula, a period", "probes", "95 % of runs", "failed", "ours, a period", "PM(T)", "ours, in T", "interval"], rows)}
"""


def charts(results):
    curves = []
    for helpers in HELPERS:
        curves.append(Curve(f"theirs, k = {helpers}", [(loss / 4, per_probe(loss / 4, helpers)) for loss in range(2, 101)]))
        curves.append(Curve(f"ours, k = {helpers}", [(line["loss"], line["failed"] / line["probes"]) for line in results["lines"]
                                                     if line["helpers"] == helpers and line["failed"] > 0], dots=True))
    return [Chart("false-detection", "packets lost, percent", "false detections of a member in a period", curves, log_y=True)]
