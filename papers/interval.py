"""Lifeguard's interval experiment: how many healthy members are called down where some are slow again and again."""

import lifeguard
import verdict
from chart import Chart, Curve
from table import number, percent, table

NAME = "interval"
TITLE = "Lifeguard: interval experiment"

# per cent of SWIM's: FP, FP-
THEIRS = {"SWIM": (100, 100), "LHA-Probe": (67.72, 32.88), "LHA-Suspicion": (3.00, 6.71), "Buddy System": (94.08, 44.57), "Lifeguard": (1.53, 1.89)}
THEIR_RUN = (78.5, 0.31)  # of SWIM, a run: 339,002 and 1,326 in 4,320 runs
THEIR_LOAD = {"SWIM": 435.33, "LHA-Probe": 428.62, "LHA-Suspicion": 484.55, "Buddy System": 435.62, "Lifeguard": 481.42}  # million messages
ORDER = ["SWIM", "Buddy System", "LHA-Probe", "LHA-Suspicion", "Lifeguard"]  # by FP
KEYS = ("fp", "fp_minus")
NO_REPAIR = ["periodic_announce.every=0", "periodic_announce_to_down_members.every=0"]

QUICK = [0, 0, 0, 0, 1, 2]  # cells of each D
FULL = [2, 2, 4, 12, 12, 12]
VARIANT = [0, 0, 0, 0, 6, 6]


def _run(lab, config, chosen, **how):
    return [lifeguard.interval_call(config, cell, lab.seed_at(place), **how) for place, cell in enumerate(chosen)]


def _count(outcomes):
    found = {key: [] for key in ("fp", "fp_minus", "packets", "bytes")}
    for outcome in outcomes:
        for key, value in lifeguard.interval_counts(outcome).items():
            found[key].append(value)
    return found


def measure(lab):
    chosen = lifeguard.cells(lab.pick(QUICK, FULL), lab.seed)
    fewer = lifeguard.cells(VARIANT, lab.seed) if lab.full else []
    calls = {config: _run(lab, config, chosen) for config in lifeguard.CONFIGS}
    calls["as configured"] = _run(lab, "SWIM", fewer)
    calls["frozen"] = _run(lab, "SWIM", fewer, experiment="frozen", kind="pause")
    calls["without repair"] = _run(lab, "SWIM", fewer, extra=NO_REPAIR)
    outcomes = lab.run_all([call for each in calls.values() for call in each])
    found = {}
    for name, each in calls.items():
        found[name] = _count(outcomes[:len(each)])
        del outcomes[:len(each)]
    return {"seed": lab.seed, "cells": chosen, "fewer": fewer, "runs": found}


def rate(results, config, key):
    """A run's, on average over the grid."""
    return lifeguard.grid_mean(results["cells"], results["runs"][config][key])


def fraction(results, config, key):
    base = rate(results, "SWIM", key)
    return 100 * rate(results, config, key) / base if base > 0 else None


def _within(results, config, key):
    """Within a factor of two of theirs? Where ours is 0, no factor says so."""
    ours, theirs = fraction(results, config, key), THEIRS[config][KEYS.index(key)]
    return ours is not None and theirs / 2 <= ours <= theirs * 2


def _in_order(results, above, below):
    """Unless the second is above the first by more than chance takes up."""
    return all(_bounds(results, below, key)[0] <= fraction(results, above, key) for key in KEYS)


def verdicts(results):
    known = all(rate(results, "SWIM", key) > 0 for key in KEYS)
    order = known and all(_in_order(results, *pair) for pair in zip(ORDER, ORDER[1:]))
    checks = [(config, key) for config in ORDER[1:] for key in KEYS]
    inside = [check for check in checks if _within(results, *check)]
    lifeguard_share = fraction(results, "Lifeguard", "fp")
    return [verdict.Verdict("Lifeguard, interval experiment", "FP and FP- of the five configurations as fractions of SWIM's: same order, each within a factor of 2",
                            verdict.REPRODUCED if order and len(inside) == len(checks) else verdict.PARTLY if order else verdict.DIFFERS,
                            f"order {'the same' if order else 'another'}; {len(inside)} of {len(checks)} fractions within a factor of 2; FP of Lifeguard: "
                            f"{percent(lifeguard_share)} of SWIM's, theirs 1.5 %", due=False),
            verdict.Verdict("Lifeguard, interval experiment, Lifeguard below SWIM", "FP of Lifeguard at most a twentieth of SWIM's, and SWIM has some",
                            verdict.of(lifeguard_share is not None and lifeguard_share <= 5), f"{percent(lifeguard_share, 2)}; SWIM has {number(rate(results, 'SWIM', 'fp'), 1)} a run")]


def _bounds(results, config, key):
    low, high = lifeguard.fraction_range(results["cells"], results["runs"][config][key], results["runs"]["SWIM"][key], results["seed"])
    return (None, None) if low is None else (100 * low, 100 * high)


def _range(results, config, key):
    if config == "SWIM":
        return "100 %"
    low, high = _bounds(results, config, key)
    return "-" if low is None else f"{percent(fraction(results, config, key))} ({low:.1f} to {high:.1f})"


def _variants(results):
    if not results["fewer"]:
        return ""
    def of(name, key):
        return number(lifeguard.grid_mean(results["fewer"], results["runs"][name][key]), 1)
    rows = [[what, of(name, "fp"), of(name, "fp_minus")] for what, name in (
        ("as above", "as configured"), ("without anything like push-pull: no Announce to members, active or down", "without repair"),
        ("members that stop altogether, timers and all (`papers/frozen.sim`)", "frozen"))]
    return f"""
What else changes SWIM's numbers, on {len(results['fewer'])} cells with D of 16.4 and 32.8 s:

{table(["SWIM", "FP a run", "FP- a run"], rows)}
"""


def section(results):
    rows = [[config, f"{THEIRS[config][0]:g} %", _range(results, config, "fp"), f"{THEIRS[config][1]:g} %", _range(results, config, "fp_minus"),
             f"{number(rate(results, config, 'fp'))} / {number(THEIR_RUN[0] * THEIRS[config][0] / 100)}",
             f"{number(rate(results, config, 'fp_minus'))} / {number(THEIR_RUN[1] * THEIRS[config][1] / 100, 3)}",
             percent(100 * THEIR_LOAD[config] / THEIR_LOAD["SWIM"]), percent(fraction(results, config, "packets"))] for config in lifeguard.CONFIGS]
    share = 100 * rate(results, "SWIM", "fp_minus") / rate(results, "SWIM", "fp") if rate(results, "SWIM", "fp") > 0 else None
    return f"""**Theirs.** As before, but the C agents are stopped for D, run for I (1 ms to 16.4 s), are stopped again, and so on for 120 s, all in step: "stopped" is that an agent blocks just before it sends and just after
it received. FP are failure events about an agent that was not among those, FP- those of them that were raised at such a healthy agent. All 432 combinations of C, D and I, ten times each, for each configuration: 339,002
FP and 1,326 FP- with SWIM, {THEIR_RUN[0]} and {THEIR_RUN[1]} a run.

**Ours.** What these members send and receive is held until the block is over, and their timers go on (`block`), which is what blocking does to a program whose threads wait for the network. {len(results['cells'])} of
the 432 combinations, the same for each configuration, drawn so that each C and I comes equally often: of D = 128 ms to 32.8 s {', '.join(str(sum(cell[1] == duration for cell in results['cells'])) for duration in lifeguard.DURATIONS_MS)}; each D that ran
counts the same. In brackets: 95 %, from drawing these combinations anew.

{table(["", "FP, theirs", "FP, ours", "FP-, theirs", "FP-, ours", "FP a run, ours / theirs", "FP- a run, ours / theirs", "messages, theirs", "messages, ours"], rows)}
{_variants(results)}
**Why different.**

- *There are far more false alarms here with SWIM, and most of them are FP-: {percent(share, 0)} of FP against 0.4 %.* A Down holds against every incarnation (rules P2.1 and P2.2; in the SWIM paper Confirm does so, too). So when a slow
  member's suspicion runs out that the others saw refuted long ago, its verdict is believed by all of them, and the healthy member has to come back under a renewed identity. memberlist ignores a death of an
  older incarnation, so that it stays with the slow agent. That is also why the buddy system, which has suspects refute sooner, halves FP- there and does nothing for it here.
- *LHA-Probe saves more here.* A blocked member of ours goes on probing, and each probe that fails makes the next one later: in a block of 32.8 s it accuses six members in the place of thirty. In memberlist, as we read
  it, a blocked agent waits in the send of one probe, and accuses one member a block whatever its health is.
- *LHA-Suspicion, and with it Lifeguard, leave next to nothing of so many.* A suspicion that nobody else has runs for 63 s, longer than any block, and the refutation is read when the block ends. As numbers, FP of these two are about
  theirs: it is SWIM's that are not.
- *Members that stop altogether, as by SIGSTOP, make no false alarms.* A probe's timers begin after its Ping was given to the network, overdue timers come first when the member goes on, and only a probe that was under way in
  the moment of the stop fails. Also, a member that learns that it is down itself drops its suspicions with its old identity. A program of one thread that calls this engine is in this case, and not in the paper's.
- What memberlist has and our engine has not: a probe by TCP beside the indirect ones, which a blocked agent cannot answer either, and which so changes nothing here; and the exchange of whole states each 30 s. The nearest that
  we have, Announce and Feed, are on; the table above says what they change.
"""


def charts(results):
    configs = list(lifeguard.CONFIGS)
    fractions = Chart("interval", "", "per cent of SWIM", [
        Curve("FP, theirs", [(place, THEIRS[config][0]) for place, config in enumerate(configs)]),
        Curve("FP, ours", [(place, fraction(results, config, "fp") or 0) for place, config in enumerate(configs)]),
        Curve("FP-, theirs", [(place, THEIRS[config][1]) for place, config in enumerate(configs)]),
        Curve("FP-, ours", [(place, fraction(results, config, "fp_minus") or 0) for place, config in enumerate(configs)])], y_from=0, x_names=configs)
    return [fractions]
