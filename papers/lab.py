"""Runs scenarios through `selkie sim --json`, several at once, and gives back what it says."""

import concurrent.futures
import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent

SEEDS_EACH = 1_000_000  # so many seeds of the simulator belong to each seed of papers/run


class Lab:
    """Where experiments run: which program, which form, which seed, how many at once."""

    def __init__(self, program, full, seed, jobs):
        self.program = program
        self.full = full
        self.seed = seed
        self.jobs = jobs
        self.runs = 0

    def pick(self, quick, full):
        return full if self.full else quick

    def seed_at(self, number):
        return self.seed * SEEDS_EACH + number

    def seeds(self, count, first=0):
        return f"{self.seed_at(first)}..{self.seed_at(first + count - 1)}"

    def run(self, files, **what):
        """One call of `selkie sim`; flags by name, lists for those that are given several times."""
        command = [str(self.program), "sim"] + [str(HERE / f"{name}.sim") for name in files]
        for flag, value in what.items():
            for one in value if isinstance(value, list) else [value]:
                command += [f"--{flag}", str(one)]
        done = subprocess.run(command + ["--json", "--quiet", "--jobs", "1"], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"papers/run: {' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        self.runs += 1
        return json.loads(done.stdout)

    def run_all(self, calls):
        """calls: (files, flags) each. Their outcomes, in the same order."""
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(lambda call: self.run(call[0], **call[1]), calls))


def only_point(outcome):
    """The point of a sweep that has one, or a single run: both have the same fields."""
    return outcome["points"][0] if "points" in outcome else outcome
