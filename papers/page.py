"""docs/papers.md, from what the experiments left."""

import chart
from table import table

HEAD = """# The papers, measured again

What the papers behind this library measured, and what our engine does in the same set-up, in the simulator. Written by `papers/run`; nothing here is written by hand but the words. Ours are never tuned to
theirs: where they differ, it says why as far as we know.

- SWIM: A. Das, I. Gupta, A. Motivala, *SWIM: Scalable Weakly-consistent Infection-style Process Group Membership Protocol*, DSN 2002.
- Lifeguard: A. Dadgar, J. Phillips, J. Currey, *Lifeguard: Local Health Awareness for More Accurate Failure Detection*, arXiv 1707.00788v2.
- Rapid: L. Suresh, D. Malkhi, P. Gopalan, I. Porto Carreiro, Z. Lokhandwala, *Stable and Consistent Membership at Scale with Rapid*, USENIX ATC 2018.

Figures that were read off a plot are good to 10 or 15 %.

"""

AGAIN = """## Running it again

    make papers                           # the quick form, about a minute; writes build/papers/papers.md
    make papers PAPERS_ARGS=--full        # the full form; writes this page and its charts
    papers/run --only joining --seed 7    # one experiment with another seed
    papers/run --seeds 1..20              # the quick form with each of these: the verdicts, a line each

Each experiment is a file of `selkie sim` in `papers/`, which can be run by itself: `selkie sim papers/memberlist.sim papers/interval.sim papers/lifeguard.sim`. The programs beside them vary it, and compute what is shown here.

"""


def _cost(all_results):
    """All experiments together, of whatever form they are."""
    took_s = sum(kept["took_s"] for kept in all_results.values())
    return f"The figures on this page took {took_s / 60:.0f} minutes altogether, on two cores that did other things as well.\n\n"


def _form(results):
    full, seed = results["full"], results["seed"]
    return f"{'full' if full else 'quick'} form, seed {seed}, {results['runs']:,} calls of `selkie sim`, {results['took_s']:.0f} s"


def verdict_rows(experiments, all_results):
    return [[each.row, each.criterion, f"**{each.verdict}**", each.why] for experiment in experiments if experiment.NAME in all_results
            for each in experiment.verdicts(all_results[experiment.NAME]["results"])]


def write(experiments, all_results, folder, with_charts):
    """The page, and the charts in a folder beside it."""
    parts = [HEAD, "## In short\n\n", table(["what", "reproduced when", "verdict", "figures"], verdict_rows(experiments, all_results)), "\n\n", AGAIN, _cost(all_results)]
    (folder / "papers").mkdir(parents=True, exist_ok=True)
    for experiment in experiments:
        if experiment.NAME not in all_results:
            continue
        kept = all_results[experiment.NAME]
        parts += [f"## {experiment.TITLE}\n\n", experiment.section(kept["results"]), "\n"]
        for each in experiment.charts(kept["results"]) if with_charts else []:
            chart.draw(each, folder / "papers")
            parts.append(f"![{experiment.TITLE}](papers/{each.name}.svg)\n\n")
        parts.append(f"*{_form(kept)}.*\n\n")
    (folder / "papers.md").write_text("".join(parts).rstrip() + "\n")
