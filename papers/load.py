"""SWIM: how many messages a member sends in a period."""

import verdict
from chart import Chart, Curve
from table import number, table

NAME = "load"
TITLE = "SWIM: load"

PERIOD_S = 2.0
SIZES_QUICK = [5, 16, 28, 55, 200]
SIZES_FULL = [5, 8, 16, 28, 40, 55, 100, 300, 1000]
TOLERANCE = 0.05


def measure(lab):
    sizes = lab.pick(SIZES_QUICK, SIZES_FULL)
    outcomes = lab.run_all([(["swim", "load"], {"members": size, "seed": lab.seed_at(0)}) for size in sizes])
    lines = []
    for size, outcome in zip(sizes, outcomes):
        sent = outcome["traffic"]["packets_of"]
        periods = outcome["traffic"]["member_seconds"] / PERIOD_S
        received = outcome["counters"]["ping_received"] + outcome["counters"]["ack_received"]
        lines.append({"members": size, "sent": (sent["ping"] + sent["ack"]) / periods, "received": received / periods,
                      "all": outcome["traffic"]["packets"] / periods})
    return {"lines": lines}


def verdicts(results):
    sent = [line["sent"] for line in results["lines"]]
    good = all(abs(each - 2) <= TOLERANCE * 2 for each in sent) and max(sent) - min(sent) <= TOLERANCE * 2
    return [verdict.Verdict("load", "about 2 probe messages (Ping, Ack) sent by a member in a period, with no trend in n", verdict.of(good),
                            f"{min(sent):.3f} to {max(sent):.3f}, at {results['lines'][0]['members']} to {results['lines'][-1]['members']:,} members")]


def section(results):
    rows = [[f"{line['members']:,}", "≈ 2.0" if line["members"] <= 55 else "-", number(line["sent"], 3), number(line["received"], 3)]
            for line in results["lines"]]
    return f"""**Theirs.** A member sends one ping and answers one, on average: about 2.0 messages in each period of 2 s, sent and received alike, at 5 to 55 members (figure 2; error
bars from 1.0 to 3.3 over windows of 40 periods).

**Ours.** The same settings, without loss and without failures, for 200 periods; Ping and Ack are counted. Each member's first Ping comes after its first period, which is why it is a little
less than 2.

{table(["members", "theirs", "ours, sent", "ours, received"], rows)}
"""


def charts(results):
    return [Chart("load", "members", "messages of a member in a period", [
        Curve("theirs", [(5, 2), (55, 2)]), Curve("ours, sent", [(line["members"], line["sent"]) for line in results["lines"]], dots=True)],
        log_x=True, y_from=0)]
