"""Lifeguard's threshold experiment: how long until a member that stopped is held for down."""

import chance
import lifeguard
import verdict
from chart import Chart, Curve
from table import number, table

NAME = "threshold"
TITLE = "Lifeguard: threshold experiment"

SHARES = {"median": 0.5, "99 %": 0.99, "99.9 %": 0.999}
THEIRS = {"SWIM": ((12.44, 16.96, 19.40), (12.90, 16.93, 20.17)), "LHA-Probe": ((12.42, 17.75, 20.10), (12.90, 17.98, 20.56)),
          "LHA-Suspicion": ((12.42, 17.47, 25.41), (12.89, 17.33, 23.80)), "Buddy System": ((12.45, 17.12, 19.16), (12.92, 17.18, 19.81)),
          "Lifeguard": ((12.45, 17.90, 21.20), (12.91, 18.05, 21.68))}
WHICH = ("first", "full")
TOLERANCE = 0.10


def cells(lab):
    """(C, D): where D is shorter than a suspicion, it is refuted before it has run out."""
    return [(crowd, duration) for crowd in lab.pick([8, 24], lifeguard.COUNTS) for duration in lab.pick([32768], [16384, 32768])]


def measure(lab):
    repeats = lab.pick(1, 4)
    calls = {config: [call for place, (crowd, duration) in enumerate(cells(lab)) for call in
                      lifeguard.threshold_call(config, crowd, duration, [lab.seed_at(place * 100 + i) for i in range(repeats)])]
             for config in lifeguard.CONFIGS}
    outcomes = lab.run_all([call for each in calls.values() for call in each])
    found = {}
    for config, each in calls.items():
        found[config] = {"runs": len(each), **lifeguard.latencies(outcomes[:len(each)])}
        del outcomes[:len(each)]
    return {"configs": found}


def _figures(values):
    return [chance.quantile(values, share) for share in SHARES.values()]


def _pairs(results):
    """(config, which, name of the figure, theirs, ours)"""
    return [(config, which, name, theirs, ours) for config in lifeguard.CONFIGS for which, all_theirs in zip(WHICH, THEIRS[config])
            for name, theirs, ours in zip(SHARES, all_theirs, _figures(results["configs"][config][which]))]


def verdicts(results):
    pairs = _pairs(results)
    def off(pair):
        return pair[4] / pair[3] - 1
    def within(names):
        return [pair for pair in pairs if pair[2] in names and abs(off(pair)) <= TOLERANCE]
    def count(names):
        return len([pair for pair in pairs if pair[2] in names])
    medians, tails = within(["median"]), within(["99 %", "99.9 %"])
    worst = max(pairs, key=lambda pair: abs(off(pair)))
    everything = len(medians) + len(tails) == len(pairs)
    all_medians = len(medians) == count(["median"])
    return [verdict.Verdict("Lifeguard, threshold experiment", "median, 99 % and 99.9 % of first and full detection within 10 %",
                            verdict.REPRODUCED if everything else verdict.PARTLY if all_medians else verdict.DIFFERS,
                            f"{len(medians)} of {count(['median'])} medians and {len(tails)} of {count(['99 %', '99.9 %'])} of the tails are within 10 %; furthest off: {worst[0]}, "
                            f"{worst[2]} of {worst[1]} detection, {100 * off(worst):+.0f} %", due=False),
            verdict.Verdict("Lifeguard, threshold experiment, medians", "medians of first and full detection within 10 %", verdict.of(all_medians),
                            f"{min(100 * off(pair) for pair in pairs if pair[2] == 'median'):+.1f} to {max(100 * off(pair) for pair in pairs if pair[2] == 'median'):+.1f} %")]


def section(results):
    rows = []
    for config in lifeguard.CONFIGS:
        for which, theirs in zip(WHICH, THEIRS[config]):
            ours = _figures(results["configs"][config][which])
            cell = [f"{number(mine)} / {number(his)}" for mine, his in zip(ours, theirs)]
            rows.append([config, which] + cell + [f"{len(results['configs'][config][which]):,}"])
    return f"""**Theirs.** 128 agents on one machine, all quiet for 15 s. Then C of them (1 to 32) are stopped once, for D (128 ms to 32.8 s); α = 5, β = 6, so that a suspicion runs for at least
5 log10(128) = 10.5 s. How long after that does the first of the others hold a stopped one for failed, and how long until all of them do?

**Ours.** The same, with all nine C, and the two D that are longer than a suspicion; shorter ones are refuted before it has run out. Seconds, *ours / theirs*; the last column says
how many detections ours are about. Theirs are about 2,900, so that their 99.9 % are the third-slowest.

{table(["", "detection"] + list(SHARES) + ["detections"], rows)}

**Why different.** The medians follow from the settings: a period and a half until somebody's probe has failed, and then a suspicion's time. Between first and full detection theirs have half a second; ours have somewhat more where
one member's timer gives the verdict and gossip carries it, and less where each member that heard of the suspicion has a timer of its own (LHA-Suspicion, Lifeguard). The tails are made by members that are probed late, because up to 31 others
are stopped with them and probe nobody, and by probers whose own health makes them slow. One figure of theirs is far from ours: the 99.9 % of LHA-Suspicion, which is the third-slowest of all, five seconds above that of any other of their configurations,
Lifeguard included, which has the same mechanism; a handful of outliers would do that. TCP and push-pull, which memberlist has, play no part: a stopped agent answers neither, and a verdict is spread by gossip long before the next exchange.
"""


def charts(results):
    curves = []
    for config in ("SWIM", "Lifeguard"):
        values = sorted(results["configs"][config]["first"])
        curves.append(Curve(f"ours, {config}", [(value, (place + 1) / len(values)) for place, value in enumerate(values)], steps=True))
        curves.append(Curve(f"theirs, {config}", list(zip(THEIRS[config][0], SHARES.values())), dots=True))
    return [Chart("threshold", "seconds until the first one knew", "share of the stopped members", curves, y_from=0)]
