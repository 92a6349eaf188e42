"""Rapid's bootstrap: one seed, and 10 s later all others at once."""

import chance
import verdict
from chart import Chart, Curve
from table import number, table

NAME = "bootstrap"
TITLE = "Rapid: bootstrap"

BEGIN_S = 10
THEIRS_S = 95  # memberlist at 2,000
THEIR_SIZES = {1000: 901, 2000: 1858}
BRIEF = "60s"  # of which each second is looked at
# members, runs, how long until the last pair is waited for, what is changed
QUICK = [(1000, 1, None, None)]
FULL = [(1000, 3, "1200s", None), (2000, 2, "1500s", None), (1000, 2, "600s", "periodic_announce.every=5s")]


def _reached(series, name, size):
    """How long after the others began all (least) or half (middle) of the members knew so many. Looked at each step."""
    for place, value in enumerate(series[name]):
        if series["running"][place] > 1 and value >= size:
            return (place + 1) * series["step_s"] - BEGIN_S
    return None


def _begin(one, members):
    """What each second of a brief run tells."""
    series = one["series"]
    return {"half_s": _reached(series, "middle_size", members), "most_s": _reached(series, "least_size", 0.99 * members),
            "nearly_s": _reached(series, "least_size", 0.999 * members), "sizes": one["sizes"]}


def _curves(series):
    return {name: [((place + 1) * series["step_s"] - BEGIN_S, value) for place, value in enumerate(series[name])] for name in ("least_size", "middle_size")}


def _call(members, seed, duration, changed):
    return ["bootstrap"], {"members": members, "seed": seed, "duration": duration, "until": "agreed", **({"set": changed} if changed else {})}


def measure_begin(lab):
    lines = lab.pick(QUICK, FULL)
    outcomes = iter(lab.run_all([_call(members, lab.seed_at(i), BRIEF, changed) for members, runs, _, changed in lines for i in range(runs)]))
    found = []
    for members, runs, longest, changed in lines:
        of = [next(outcomes) for _ in range(runs)]
        found.append({"members": members, "changed": changed, "waited": longest or BRIEF, "runs": [_begin(one, members) for one in of], "curves": _curves(of[0]["series"])})
    return found


def measure_end(lab):
    """How long until all know all, each run; None: not in the time that it was waited for."""
    lines = [line for line in lab.pick(QUICK, FULL) if line[2]]
    outcomes = iter(lab.run_all([_call(members, lab.seed_at(i), longest, changed) for members, runs, longest, changed in lines for i in range(runs)]))
    joined = [[next(outcomes)["joined_s"] for _ in range(runs)] for _, runs, _, _ in lines]
    return [[None if each is None else each - BEGIN_S for each in of] for of in joined]


def measure(lab):
    found = measure_begin(lab)
    for line, ends in zip(found, measure_end(lab)):
        for run, end in zip(line["runs"], ends):
            run["all_s"] = end
    return {"lines": found}


def _typical(line, key):
    """The median of the runs; None: most of them never came so far."""
    return chance.quantile([float("inf") if run.get(key) is None else run[key] for run in line["runs"]], 0.5)


def _told(line, key):
    value = _typical(line, key)
    return f"not in {line['waited']}" if value == float("inf") else number(value, 0)


def verdicts(results):
    plain = [line for line in results["lines"] if line["changed"] is None]
    largest = plain[-1]
    quick = all(_typical(line, "most_s") < THEIRS_S for line in plain)
    return [verdict.Verdict("bootstrap (Rapid's set-up)", "ours is stated beside memberlist's 95 s at 2,000", verdict.MEASURED,
                            f"at {largest['members']:,}: half of the members know all after {_told(largest, 'half_s')} s, each knows 99 % of them after {_told(largest, 'most_s')} s, "
                            f"and the last pair is together after {_told(largest, 'all_s')} s", due=False),
            verdict.Verdict("bootstrap, all but the last", "each member knows 99 % of the others in less than memberlist's time", verdict.of(quick),
                            ", ".join(f"{line['members']:,}: {_told(line, 'most_s')} s" for line in plain))]


def section(results):
    rows = []
    for line in results["lines"]:
        is_plain = line["changed"] is None
        rows.append([f"{line['members']:,}" + ("" if is_plain else f", `{line['changed']}`"), "≈ 95" if is_plain and line["members"] == 2000 else "-",
                     _told(line, "half_s"), _told(line, "most_s"), _told(line, "nearly_s"), _told(line, "all_s"),
                     THEIR_SIZES.get(line["members"], "-") if is_plain else "-", number(_typical(line, "sizes"), 0), len(line["runs"])])
    return f"""**Theirs.** 100 virtual machines, several processes on each: one seed, and 10 s later all others at once, with memberlist as it ships for a LAN. Each process logs each second how many it sees. At 2,000 it takes as long
as 95 s on average until all see all; Rapid is 2 to 2.3 times as fast. The reason given: only the seed learns of those who join, and the rest wait for the exchange of states each 30 s.

**Ours.** The engine alone, with the lan preset: who joins announces itself to the seed, which answers with a random part of the members it knows, as many as a packet of 1,400 bytes has room for, and the news
of who joined spreads by gossip. Seconds since the others began, looked at each second; all see all: exactly. Median of the runs.

{table(["members", "theirs: all see all", "half see all", "each sees 99 %", "each sees 99.9 %", "all see all, to the last pair", "theirs: sizes seen", "ours: sizes seen", "runs"], rows)}

**Why different.** Gossip does here what memberlist leaves to push-pull, and after some ten seconds next to everything is known everywhere. But then comes a long tail: what is left over are single pairs, one member of which missed the news of the other
each time that it went round. Such a pair is put right when the one probes the other, which takes up to 2n - 1 periods, or by a Feed that happens to name it, of which each member asks for one each 30 s, with about 120 names. memberlist exchanges the
whole list, so its 95 s are the time for all: **to the last pair the engine alone takes longer than memberlist**. That is the price of having no push-pull; it can be bounded: asking six times as often (the last row) brings the last pair
together in a fifth of the time, and a program that sends its whole list over a stream to who joins (`selkie_apply_many`) leaves nothing over.
"""


def charts(results):
    curves = []
    for line in results["lines"]:
        if line["changed"] is None:
            curves += [Curve(f"{line['members']:,}: the median member", line["curves"]["middle_size"]), Curve(f"{line['members']:,}: the one that sees least", line["curves"]["least_size"])]
    return [Chart("bootstrap", "seconds since the others began", "members seen", curves, y_from=0)]
