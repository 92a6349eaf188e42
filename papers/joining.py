"""SWIM's figure 4: 17 processes join where every receiver loses a tenth of the packets."""

import verdict
from chart import Chart, Curve
from table import number, table

NAME = "joining"
TITLE = "SWIM: figure 4, joining under loss"

END_S = 175
PERIOD_S = 2
THEIRS = {"with suspicion": 12, "without": 4}  # at the end
THEIR_PEAK = {"with suspicion": "12 (peak 14)", "without": "4"}
# how long a suspect has, in periods; what is lost, in per cent. The first two are theirs; the others, to see what it would take.
WITH, WITHOUT = (9, 10), (0, 10)
OTHERS = [(6, 10), (4, 10), (3, 10), (2, 10), (9, 30), (9, 50)]


def measure(lab):
    cells = [WITH, WITHOUT] + OTHERS
    outcomes = lab.run_all([(["swim", "joining"], {"loss": f"{loss}%", "seeds": lab.seeds(lab.pick(30, 200)),
                                                   "set": f"suspect_to_down_after={f'{periods * PERIOD_S}s' if periods else '1us'}"})
                            for periods, loss in cells])
    lines = []
    for (periods, loss), outcome in zip(cells, outcomes):
        point = outcome["points"][0]
        lines.append({"periods": periods, "loss": loss, "runs": point["runs"],
                      "running": [running / point["runs"] for running in point["series"]["running"]],
                      "seen": [size / point["runs"] for size in point["series"]["middle_size"]]})
    return {"lines": lines}


def _ends(results):
    return {kind: line["running"][END_S - 1] for kind, line in zip(THEIRS, results["lines"])}


def verdicts(results):
    ends = _ends(results)
    order = ends["with suspicion"] > ends["without"]
    rough = all(THEIRS[kind] / 2 <= ends[kind] <= THEIRS[kind] * 2 for kind in THEIRS)
    return [verdict.Verdict("SWIM's figure 4", "order and rough size (within a factor of 2): 12 with suspicion, 4 without",
                            verdict.REPRODUCED if order and rough else verdict.PARTLY if order else verdict.DIFFERS,
                            f"order {'as theirs' if order else 'the other way round'}; after {END_S} s {ends['with suspicion']:.1f} of 17 are in the group with suspicion, "
                            f"{ends['without']:.1f} without", due=False),
            verdict.Verdict("SWIM's figure 4, order", "with suspicion more stay than without", verdict.of(order),
                            f"{ends['with suspicion']:.1f} against {ends['without']:.1f}")]


def section(results):
    rows = []
    for line in results["lines"]:
        kind = {WITH: "with suspicion", WITHOUT: "without"}.get((line["periods"], line["loss"]))
        rows.append([kind or "", f"{line['periods']} periods" if line["periods"] else "none", f"{line['loss']} %", THEIR_PEAK.get(kind, "-"),
                     number(line["running"][END_S - 1], 1), number(max(line["running"]), 1), number(line["seen"][END_S - 1], 1)])
    probe = (1 - 0.9 ** 2) * (1 - 0.9 ** 4)
    return f"""**Theirs.** 17 processes join one after the other, each about 5 s until about 80 s; each receiver drops 10 % of the packets that come; one helper, periods of 2 s. With suspicion the group comes to
14 and stabilises at 12, without it (news spread by infection) at 4, and with the basic protocol (which our engine cannot be) at 2. The plot ends at 175 s.

**Ours.** The same; who is held for down stays so, and ends when it is told. Mean of {results['lines'][0]['runs']} runs, after {END_S} s. The first two lines are their set-up; the others are there to see what it would take.

{table(["", "a suspect has", "loss", "theirs", "ours, in the group", "ours, most", "as the median member sees it"], rows)}

**Why different.** *With suspicion* we lose almost nobody, and neither would the paper's own arithmetic: a probe fails with a chance of {100 * probe:.1f} % (the formula of the last section), but for a member to be lost it has to miss a suspicion,
or the one who holds it the refutation, through nine periods of news on every Ping and Ack. Our engine has it a little easier, for each packet says the incarnation of its sender, so that it refutes by itself. More loss does not
explain it: with half of all packets lost more stay than in theirs. Less time does: with three to four periods instead of nine ours comes to their 12. The paper measures the time for N from 8 on as nine periods; what it was while the group
was growing, or on members that were late themselves (some of its machines had 450 MHz), it does not say. *Without suspicion* each failed probe is final: a member lasts for {1 / probe:.0f} periods on average, and the group melts away, as
ours does. That theirs stays at 4 is not what the formula says for 4 members, one of whom falls out each {PERIOD_S / probe / 4:.0f} s; what a process does that was declared failed is not told.
"""


def charts(results):
    curves = [Curve(f"ours, {kind}", list(enumerate(line["running"][:END_S], 1))) for kind, line in zip(THEIRS, results["lines"])]
    curves += [Curve(f"theirs, {kind}: comes to", [(100, THEIRS[kind]), (END_S, THEIRS[kind])]) for kind in THEIRS]
    return [Chart("joining", "seconds", "processes in the group", curves, y_from=0)]
