"""Agents as child processes: start them, follow what they print, wait until something is true of them.

What is to happen, and how it is shown, is not here: scripts/demo and the tests of the agent are that.
"""

import os
import signal
import subprocess
import threading
import time


class Agent:
    """One udp_agent. What it knows of others is followed line by line; `changed` is the condition of its group."""

    def __init__(self, changed, program, name, bind, *arguments):
        self.name = name
        self.changed = changed
        self.lines = []  # as printed, times included
        self.address = None  # what it listens at, once it has said so
        self.members = {}  # address -> ("up", "failed" or "left", generation)
        self.connection = "idle"  # or "active", "defunct"
        self.rejoins = []  # (old, new) generation
        self.hellos = []  # (address, version) as heard
        self.process = subprocess.Popen(
            [program, bind, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C is for us; we end them
        )
        self.reader = threading.Thread(target=self._follow, daemon=True)
        self.reader.start()

    def _follow(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self._take(line.split()[1:])
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def _take(self, words):
        match words:
            case ["listening", _, "as", address]:
                self.address = address
            case ["up", address, generation]:
                self.members[address] = ("up", int(generation))
            case ["down", address, generation, how]:
                self.members[address] = (how, int(generation))
            case ["rename", address, _, "->", generation] if address in self.members:
                self.members[address] = (self.members[address][0], int(generation))
            case ["rejoin", _, old, "->", new]:
                self.rejoins.append((int(old), int(new)))
            case ["heard", address, version, *_]:
                self.hellos.append((address, int(version)))
            case ["active" | "idle" | "defunct" as connection]:
                self.connection = connection

    def state_of(self, other):
        """How it sees another agent: "up", "failed", "left", or None for not at all."""
        return self.members.get(other.address, (None, 0))[0]

    def generation_of(self, other):
        return self.members.get(other.address, (None, 0))[1]

    def signal(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)

    def end(self):
        """Whatever it is doing: when this returns it is gone."""
        self.signal(signal.SIGKILL)  # also ends a stopped one
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()


class Agents:
    """A group of agents that ends with the `with` block that it stands in, however that ends."""

    def __init__(self, program):
        self.program = program
        self.changed = threading.Condition()
        self.all = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for agent in self.all:
            agent.end()

    def start(self, name, bind="127.0.0.1:0", *arguments, seconds=10):
        """Start an agent and wait until it listens."""
        agent = Agent(self.changed, self.program, name, bind, *arguments)
        self.all.append(agent)
        if self.wait(lambda: agent.address or agent.process.poll() is not None, seconds) is None or not agent.address:
            raise RuntimeError(f"{name} does not start: " + " ".join(agent.lines))
        return agent

    def wait(self, predicate, seconds, meanwhile=None):
        """Wait until it is true: how long that took in seconds, or None. `meanwhile` is called ten times a second."""
        begin = time.monotonic()
        with self.changed:
            while not predicate():
                if time.monotonic() - begin > seconds:
                    return None
                self.changed.wait(0.1)
                if meanwhile is not None:
                    meanwhile()
        return time.monotonic() - begin


def program_in(build_dir):
    """The agent in a build directory."""
    program = os.path.join(build_dir, "examples", "udp_agent")
    if not os.access(program, os.X_OK):
        raise SystemExit(f"{program} is missing: build it first (make)")
    return program
