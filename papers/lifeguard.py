"""What the Lifeguard experiments have in common: the five configurations, and the grid."""

import math
import random

MEMBERS = 128
COUNTS = [1, 4, 8, 12, 16, 20, 24, 28, 32]  # C: how many are slow
DURATIONS_MS = [128, 512, 2048, 8192, 16384, 32768]  # D
INTERVALS_MS = [1, 4, 16, 64, 256, 1024, 4096, 16384]  # I
CONFIGS = {"SWIM": None, "LHA-Probe": "lha-probe", "LHA-Suspicion": "lha-suspicion", "Buddy System": "buddy", "Lifeguard": "lifeguard"}


def files(experiment, config):
    return ["memberlist", experiment] + ([CONFIGS[config]] if CONFIGS[config] else [])


def least_suspicion_s(alpha):
    return alpha * math.log10(MEMBERS)


def settings(alpha, beta):
    return [f"suspect_to_down_after={round(1e6 * least_suspicion_s(alpha))}us", f"suspicion_max_factor={beta}"]


def cells(counts, seed):
    """(C, D, I): of each D so many cells of the grid as `counts` says, in which all C and all I come as often as can be."""
    drawn = random.Random(seed)
    chosen = []
    for duration, count in zip(DURATIONS_MS, counts):
        crowds, gaps = drawn.sample(COUNTS, len(COUNTS)), drawn.sample(INTERVALS_MS, len(INTERVALS_MS))
        chosen += [(crowds[i % len(crowds)], duration, gaps[i % len(gaps)]) for i in range(count)]
    return chosen


def interval_call(config, cell, seed, extra=(), experiment="interval", kind="block"):
    count, duration, gap = cell
    flags = {"sweep": [f"{kind}.who={count}", f"{kind}.for={duration}ms", f"{kind}.gap={gap}ms"], "seeds": str(seed)}
    if extra:
        flags["set"] = list(extra)
    return files(experiment, config), flags


def interval_counts(outcome):
    """FP, FP-, messages and bytes of one run of the interval experiment."""
    point = outcome["points"][0]
    return {"fp": point["distributions"]["false_downs"]["mean"], "fp_minus": point["distributions"]["healthy_false_downs"]["mean"],
            "packets": point["traffic"]["packets"], "bytes": point["traffic"]["bytes"]}


def grid_mean(chosen, values, durations=None):
    """The mean over the grid, in which each D has the same weight, whatever the number of its cells that ran."""
    of = {}
    for (_, duration, _), value in zip(chosen, values):
        of.setdefault(duration, []).append(value)
    return sum(sum(each) / len(each) for each in of.values()) / len(durations or of)


def fraction_range(chosen, values, base, seed, share=0.95, times=400):
    """From..to of a fraction of the baseline, by drawing the cells anew, of each D for itself (bootstrap). Both ran on the same cells."""
    drawn = random.Random(seed)
    places = {}
    for place, (_, duration, _) in enumerate(chosen):
        places.setdefault(duration, []).append(place)
    fractions = []
    for _ in range(times):
        again = [place for each in places.values() for place in drawn.choices(each, k=len(each))]
        cells_again = [chosen[place] for place in again]
        below = grid_mean(cells_again, [base[place] for place in again])
        if below > 0:
            fractions.append(grid_mean(cells_again, [values[place] for place in again]) / below)
    fractions.sort()
    if not fractions:
        return None, None
    return fractions[int((1 - share) / 2 * len(fractions))], fractions[min(len(fractions) - 1, int((1 + share) / 2 * len(fractions)))]


def threshold_call(config, crowd, duration, seeds, extra=()):
    """One anomaly for each seed. A single run tells of each member: so one call a seed."""
    flags = {"pause": f"{crowd}@15s,for={duration}ms"}
    if extra:
        flags["set"] = list(extra)
    return [(files("threshold", config), {**flags, "seed": seed}) for seed in seeds]


def latencies(outcomes):
    """First and full detection of all members that somebody, that all others held for down."""
    happened = [one for outcome in outcomes for one in outcome["happened"]]
    return {"first": [one["first_down_s"] for one in happened if one["first_down_s"] is not None],
            "full": [one["all_down_s"] for one in happened if one["all_down_s"] is not None]}
