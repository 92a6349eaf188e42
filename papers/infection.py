"""SWIM: how the news of a failure spreads."""

import math

import chance
import verdict
from chart import Chart, Curve
from table import number, table

NAME = "infection"
TITLE = "SWIM: infection"

PERIOD_S = 2.0
LAMBDA = 3
SHARES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]
TOLERANCE = 0.10  # of all members, how far from the logistic curve
SPREAD = 0.5  # periods: how far apart two runs are, for it is chance when the first few are infected
MEDIANS = {6: 1.0, 13: 1.3, 20: 3.0, 28: 3.0, 35: 2.0, 43: 2.5, 52: 1.5, 56: 2.3}  # figure 3b, read off
MAIN_QUICK, MAIN_FULL = 200, 1000


def times_sent(members):
    return LAMBDA * math.ceil(math.log(members + 1))


def logistic(members, periods):
    """The share that is infected after so many periods."""
    return 1 / (1 + (members - 1) * math.exp(-(2 - 1 / members) * periods))


def logistic_time(members, share):
    return math.log((members - 1) / (1 / share - 1)) / (2 - 1 / members)


def _call(lab, members, runs):
    times = times_sent(members)
    return (["swim", "infection"], {"members": members, "crash": "1@21s", "seeds": lab.seeds(runs),
                                    "duration": f"{21 + 2 * (6 + times)}s",
                                    "set": [f"max_transmissions={times}", f"suspect_to_down_after={2 * times}s"]})


def measure(lab):
    sizes = [lab.pick(MAIN_QUICK, MAIN_FULL)] + list(MEDIANS)
    runs = [lab.pick(60, 100)] + [lab.pick(30, 400)] * len(MEDIANS)
    outcomes = lab.run_all([_call(lab, members, count) for members, count in zip(sizes, runs)])
    lines = []
    for members, outcome in zip(sizes, outcomes):
        point = outcome["points"][0]
        lines.append({"members": members, "subjects": point["subjects"], "missed": point["curves"]["suspected_after_first"][-1][1] < 1,
                      "curve": [(seconds / PERIOD_S, share) for seconds, share in point["curves"]["suspected_after_first"]],
                      "median": point["distributions"]["spread_suspect_s"]["mean"] / PERIOD_S})
    return {"lines": lines}


def time_of(curve, share):
    """When the curve has risen that far."""
    return next((periods for periods, informed in curve if informed >= share), math.inf)


def furthest(line):
    """The largest distance of the curve from the logistic one, where both are measured: after a quarter of a period."""
    return max(abs(share - logistic(line["members"], periods)) for periods, share in line["curve"] if periods > 0.25)


def verdicts(results):
    main = results["lines"][0]
    steepest = (2 - 1 / main["members"]) / 4
    allowed = TOLERANCE + chance.z_of(1) * steepest * SPREAD / math.sqrt(main["subjects"])
    last = main["curve"][-1]
    bound = LAMBDA * math.log(main["members"])
    everyone = all(not line["missed"] and line["curve"][-1][0] <= LAMBDA * math.log(line["members"]) for line in results["lines"])
    return [verdict.Verdict("infection", "the share that is informed follows the logistic curve; everyone within λ ln n periods",
                            verdict.of(furthest(main) <= allowed and everyone),
                            f"at {main['members']:,} members never further off than {100 * furthest(main):.1f} points of 100 (allowed: {100 * allowed:.0f}); "
                            f"the last one of all runs was informed after {last[0]:.1f} periods, λ ln n is {bound:.1f}")]


def section(results):
    main = results["lines"][0]
    rows = [[f"{100 * share:.0f} %", number(logistic_time(main["members"], share)), number(time_of(main["curve"], share))] for share in SHARES]
    small = [[line["members"], number(MEDIANS[line["members"]], 1), number(logistic_time(line["members"], 0.5)), number(line["median"])]
             for line in results["lines"][1:]]
    return f"""**Theirs.** One member knows, and each period each member pings one other, so that news goes both ways: after t periods n/(1 + (n-1) exp(-(2 - 1/n) t)) members know. Each piece of
news is sent 3 ⌈ln(n + 1)⌉ times, and everyone is to know it within λ ln n periods, with λ = 3. Measured (figure 3b, read off): the median member knows after one to three periods.

**Ours.** A member crashes, and we count from the first one that suspects it until each of the others does; news rides on probes alone. Two things that the curve leaves out
happen: others find out by themselves meanwhile, about one a period, which makes it earlier by 0.2 periods, and it is chance how soon the first few are infected, which
makes the average of many runs flatter, and later by about as much. {main['subjects']} runs of {main['members']:,} members:

{table(["informed", "logistic, periods", "ours, periods"], rows)}

The median member, from the first suspicion on, mean of {results['lines'][1]['subjects']} runs:

{table(["members", "theirs, measured", "logistic", "ours"], small)}

In small groups ours are earlier than the curve, which is meant for large ones: who suspects tells the next one that it pings in the same moment, and of a few others one finds out by itself each period. Their measurements
are single runs, and scatter by more than all this; they show no trend, where the curve and ours rise slowly.
"""


def charts(results):
    main = results["lines"][0]
    end = main["curve"][-1][0]
    return [Chart("infection", "periods since the first suspicion", "share informed", [
        Curve("logistic (theirs)", [(end * i / 200, logistic(main["members"], end * i / 200)) for i in range(201)]),
        Curve(f"ours, {main['members']:,} members", main["curve"])], y_from=0)]
