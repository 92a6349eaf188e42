"""The agent as a process, on loopback: joining, leaving, dying, coming back, and what it does with strangers."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.environ["SELKIE_SOURCE_DIR"], "scripts"))
from demo_agents import Agents, program_in  # noqa: E402

PROGRAM = program_in(os.environ["SELKIE_BUILD_DIR"])
SECONDS = 60  # far more than anything here takes


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
            udp.bind(("::1", 0))
        return True
    except OSError:
        return False


def udp_socket(port=0):
    """A socket on 127.0.0.1, and its address as text."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", port))
    udp.settimeout(SECONDS)
    return udp, "127.0.0.1:%d" % udp.getsockname()[1]


def place_of(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


class AgentTest(unittest.TestCase):
    def setUp(self):
        self.agents = Agents(PROGRAM)
        self.addCleanup(self.agents.__exit__)
        self.start = self.agents.start

    def until(self, predicate):
        if self.agents.wait(predicate, SECONDS) is None:
            logs = ("%s %s:\n%s" % (a.name, a.address, "\n".join(a.lines)) for a in self.agents.all)
            self.fail("did not happen:\n" + "\n".join(logs))

    def until_met(self, *agents):
        self.until(lambda: all(a is b or a.state_of(b) == "up" for a in agents for b in agents))


class Arguments(AgentTest):
    def run_agent(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=SECONDS)

    def test_wrong_arguments_are_named_and_exit_with_2(self):
        wrong = [
            ([], "BIND"),
            (["127.0.0.1"], "127.0.0.1: a colon and a port"),
            (["localhost:7946"], "localhost:7946: no IPv4 address"),
            (["127.0.0.1:65536"], "127.0.0.1:65536: the port"),
            (["::1:7946"], "::1:7946: an IPv6 address has to stand in brackets"),
            (["127.0.0.1:0", "127.0.0.1:0"], "127.0.0.1:0: there is a BIND already"),
            (["127.0.0.1:0", "--join"], "--join: needs a value"),
            (["127.0.0.1:0", "--join", "nowhere"], "nowhere: a colon"),
            (["127.0.0.1:0", "--identity", "x"], "x: a colon"),
            (["127.0.0.1:0", "--jion", "127.0.0.1:1"], "--jion: no such option"),
            (["127.0.0.1:0", "--jion"], "--jion: no such option"),
            (["127.0.0.1:0", "--codec"], "--codec: needs a value"),
            (["127.0.0.1:0", "--codec", "bincode"], "bincode: no such codec"),
            (["127.0.0.1:0"] + ["--join", "127.0.0.1:1"] * 17, "--join: too many of it"),
            (["0.0.0.0:0"], "0.0.0.0:0: nobody can send to that"),
            (["[::]:0"], "[::]:0: nobody can send to that"),
        ]
        for arguments, complaint in wrong:
            with self.subTest(arguments=arguments):
                result = self.run_agent(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertIn("udp_agent: " + complaint, result.stderr)
                self.assertIn("usage: udp_agent BIND", result.stderr)

    def test_an_address_in_use_is_said_and_exits_with_1(self):
        udp, address = udp_socket()
        with udp:
            result = self.run_agent(address)
        self.assertEqual(result.returncode, 1)
        self.assertIn(address + ": Address already in use", result.stderr)

    def test_port_0_takes_a_free_one_and_says_which(self):
        agent = self.start("agent", "0.0.0.0:0", "--identity", "127.0.0.1:0")
        words = agent.lines[0].split()
        port = place_of(agent.address)[1]
        self.assertNotEqual(port, 0)
        self.assertEqual(words[1:], ["listening", "0.0.0.0:%d" % port, "as", "127.0.0.1:%d" % port])


class Joining(AgentTest):
    def test_a_seed_that_starts_late_is_asked_until_it_answers(self):
        udp, address = udp_socket()
        with udp:
            joiner = self.start("joiner", "127.0.0.1:0", "--join", address)
            for _ in range(3):
                udp.recv(2048)
        seed = self.start("seed", address)
        self.until_met(seed, joiner)
        self.until(lambda: seed.connection == "active" and joiner.connection == "active")

    def test_one_that_lost_all_others_asks_again(self):
        seed = self.start("seed")
        joiner = self.start("joiner", "127.0.0.1:0", "--join", seed.address)
        self.until_met(seed, joiner)
        seed.signal(signal.SIGTERM)
        self.assertEqual(seed.process.wait(SECONDS), -signal.SIGTERM)
        self.until(lambda: joiner.state_of(seed) == "failed" and joiner.connection == "idle")
        again = self.start("seed again", seed.address)
        self.until_met(again, joiner)
        self.until(lambda: joiner.connection == "active")

    def test_members_meet_who_were_only_told_of_others(self):
        first = self.start("first")
        second = self.start("second", "127.0.0.1:0", "--join", first.address)
        self.until_met(first, second)
        third = self.start("third", "127.0.0.1:0", "--join", second.address)
        self.until_met(first, second, third)

    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_members_meet_over_ipv6(self):
        first = self.start("first", "[::1]:0")
        second = self.start("second", "[::1]:0", "--join", first.address)
        self.until_met(first, second)
        self.assertTrue(first.address.startswith("[::1]:"))

    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_a_dual_stack_member_meets_one_of_ipv4(self):
        dual = self.start("dual", "[::]:0", "--identity", "127.0.0.1:0")
        plain = self.start("plain", "127.0.0.1:0", "--join", dual.address)
        self.until_met(dual, plain)
        another = self.start("another", "[::]:0", "--identity", "127.0.0.1:0", "--join", plain.address)
        self.until_met(dual, plain, another)


class Going(AgentTest):
    def test_who_leaves_is_seen_to_have_left_and_exits_with_0(self):
        first = self.start("first")
        second = self.start("second", "127.0.0.1:0", "--join", first.address)
        third = self.start("third", "127.0.0.1:0", "--join", first.address)
        self.until_met(first, second, third)
        second.signal(signal.SIGINT)
        self.until(lambda: first.state_of(second) == "left" and third.state_of(second) == "left")
        self.assertEqual(second.process.wait(SECONDS), 0)

    def test_who_restarts_under_its_address_replaces_its_former_self(self):
        first = self.start("first")
        second = self.start("second", "127.0.0.1:0", "--join", first.address)
        self.until_met(first, second)
        generation = first.generation_of(second)
        second.end()
        again = self.start("second again", second.address, "--join", first.address)
        self.until_met(first, again)
        self.until(lambda: first.generation_of(again) > generation)

    def test_who_was_frozen_comes_back_renewed_and_nothing_is_heard_twice(self):
        first = self.start("first")
        second = self.start("second", "127.0.0.1:0", "--join", first.address)
        third = self.start("third", "127.0.0.1:0", "--join", first.address)
        others = (first, third)

        def newest(other):
            return max((number for address, number in other.hellos if address == second.address), default=0)

        self.until_met(first, second, third)
        self.until(lambda: all(newest(other) > 0 for other in others))
        generation = first.generation_of(second)
        before = max(map(newest, others))
        second.signal(signal.SIGSTOP)
        self.until(lambda: all(other.state_of(second) == "failed" for other in others))
        second.signal(signal.SIGCONT)
        self.until_met(first, second, third)
        self.until(lambda: second.rejoins and second.connection == "active")
        self.until(lambda: all(other.generation_of(second) > generation for other in others))
        self.until(lambda: all(newest(other) > before + 1 for other in others))
        for agent in (first, second, third):
            self.assertEqual(len(agent.hellos), len(set(agent.hellos)), agent.hellos)


class Codecs(AgentTest):
    def test_two_with_the_same_codec_meet_and_hear_each_other(self):
        for codec in ("packed", "bincode1", "bincode2", "postcard"):
            with self.subTest(codec=codec):
                first = self.start("first", "127.0.0.1:0", "--codec", codec)
                second = self.start("second", "127.0.0.1:0", "--codec", codec, "--join", first.address)
                self.until_met(first, second)
                for hearer, sayer in ((first, second), (second, first)):
                    self.until(lambda: any(address == sayer.address for address, _ in hearer.hellos))
                first.end()
                second.end()

    def test_one_that_is_quiet_hears_and_is_not_heard(self):
        first = self.start("first")
        quiet = self.start("quiet", "127.0.0.1:0", "--quiet", "--join", first.address)
        self.until(lambda: len(quiet.hellos) >= 2)
        self.assertEqual(first.hellos, [])

    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_they_meet_over_ipv6_too(self):
        first = self.start("first", "[::1]:0", "--codec", "postcard")
        second = self.start("second", "[::1]:0", "--codec", "postcard", "--join", first.address)
        self.until_met(first, second)

    def test_one_with_another_codec_is_not_understood_and_harms_nobody(self):
        first = self.start("first", "127.0.0.1:0", "--codec", "bincode2")
        stranger = self.start("stranger", "127.0.0.1:0", "--codec", "packed", "--join", first.address)
        second = self.start("second", "127.0.0.1:0", "--codec", "bincode2", "--join", first.address)
        self.until_met(first, second)
        self.assertIsNone(first.state_of(stranger))

    def foca_peer(self):
        """A socket that an agent announced itself to in bincode 1: it, and both identities as they stood in the packet."""
        udp, address = udp_socket()
        self.addCleanup(udp.close)
        agent = self.start("agent", "127.0.0.1:0", "--codec", "bincode1", "--join", address)
        packet, _ = udp.recvfrom(2048)
        ours, theirs = ("007f000001fb" + place_of(place)[1].to_bytes(2, "little").hex() for place in (address, agent.address))
        self.assertTrue(packet.hex().startswith(theirs + "fc"), packet.hex())
        identity, rest = packet[:13], packet[13:]
        self.assertEqual(rest.hex(), "00" + ours + "00" + "06")  # at incarnation 0, to us, generation unknown, Announce
        return udp, agent, bytes.fromhex(ours), identity

    def test_it_announces_itself_as_focas_example_agent_does(self):
        _, _, _, identity = self.foca_peer()
        generation = int.from_bytes(identity[9:], "little")
        self.assertAlmostEqual(generation, time.time(), delta=SECONDS)  # seconds, as foca's agents count

    def test_it_hears_focas_example_agent(self):
        udp, agent, ours, theirs = self.foca_peer()
        text = b"Hello from ID(127.0.0.1:8301, 1795445742)! I have 2 peers\x1b[2J"
        message = bytes.fromhex("007f000001fb6d20fcee53046b") + bytes([len(text)]) + text  # as captured, but for its end
        header = ours + bytes.fromhex("fcee53046b") + b"\0" + theirs + b"\x08"  # Gossip
        udp.sendto(header + b"\0\0" + len(message).to_bytes(2, "big") + message, place_of(agent.address))
        self.until(lambda: agent.hellos)
        self.assertEqual(agent.hellos, [("127.0.0.1:8301", 1795445742)])
        heard = [line for line in agent.lines if " heard " in line]
        self.assertTrue(heard[0].endswith(" Hello from ID(127.0.0.1:8301, 1795445742)! I have 2 peers?[2J"), heard)

    def test_it_says_hello_as_focas_example_agent_does(self):
        udp, agent, ours, theirs = self.foca_peer()
        header = ours + b"\x01" + b"\0" + theirs + b"\x08"
        udp.sendto(header + b"\0\0", place_of(agent.address))
        packet = b""
        while b"hello, I know " not in packet:
            packet, _ = udp.recvfrom(2048)
        text = packet.index(b"hello, I know ")
        frame, key, version, size = (packet[text - at:text - to] for at, to in ((16, 14), (14, 5), (5, 1), (1, 0)))
        self.assertEqual(key, theirs[:9])  # its address, and the mark of a number of 4 bytes
        self.assertGreater(int.from_bytes(version, "little"), int.from_bytes(theirs[9:], "little"))
        self.assertEqual(size[0], len(packet) - text)
        self.assertEqual(int.from_bytes(frame, "big"), len(packet) - text + 14)


class MemberFile(AgentTest):
    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = os.path.join(directory.name, "members")

    def members(self):
        with open(self.path, encoding="ascii") as file:
            return file.read()

    def test_it_holds_the_active_members_one_a_line(self):
        first = self.start("first", "127.0.0.1:0", "--file", self.path)
        self.until(lambda: os.path.exists(self.path) and self.members() == "")
        second = self.start("second", "127.0.0.1:0", "--join", first.address)
        third = self.start("third", "127.0.0.1:0", "--join", first.address)
        both = sorted([second.address, third.address])
        self.until(lambda: sorted(self.members().splitlines()) == both)
        self.assertTrue(self.members().endswith("\n"))
        second.signal(signal.SIGINT)
        self.until(lambda: self.members() == third.address + "\n")

    def test_who_has_it_open_goes_on_reading_what_was_there(self):
        first = self.start("first", "127.0.0.1:0", "--file", self.path)
        second = self.start("second", "127.0.0.1:0", "--join", first.address)
        self.until(lambda: os.path.exists(self.path) and self.members() == second.address + "\n")
        with open(self.path, encoding="ascii") as before:
            third = self.start("third", "127.0.0.1:0", "--join", first.address)
            self.until(lambda: third.address in self.members())
            self.assertEqual(before.read(), second.address + "\n")
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["members"])


class Strangers(AgentTest):
    def captured_announce(self):
        """An Announce to an address that nobody has now, and the address of the agent that sent it, which is gone."""
        udp, address = udp_socket()
        with udp:
            sender = self.start("sender", "127.0.0.1:0", "--join", address)
            packet, _ = udp.recvfrom(2048)
            sender.end()
        return packet, sender, address

    def barrier(self, target):
        """When this returns, target has read all that was sent to it before."""
        self.until_met(target, self.start("barrier", "127.0.0.1:0", "--join", target.address))

    def test_an_announce_in_the_name_of_another_is_not_answered(self):
        packet, sender, address = self.captured_announce()
        target = self.start("target", address)
        stranger, _ = udp_socket()
        with stranger:
            stranger.sendto(packet, place_of(address))
            self.barrier(target)
            self.assertIsNone(target.state_of(sender))
        itself, _ = udp_socket(place_of(sender.address)[1])
        with itself:
            itself.sendto(packet, place_of(address))
            answer, source = itself.recvfrom(2048)
            self.assertEqual(source, place_of(address))
            self.assertGreater(len(answer), len(packet))
        self.until(lambda: target.state_of(sender) == "up")

    def test_with_any_source_it_is_answered(self):
        packet, sender, address = self.captured_announce()
        target = self.start("target", address, "--any-source")
        stranger, _ = udp_socket()
        with stranger:
            stranger.sendto(packet, place_of(address))
            self.until(lambda: target.state_of(sender) == "up")

    def test_packets_of_any_kind_do_no_harm(self):
        target = self.start("target")
        stranger, _ = udp_socket()
        with stranger:
            for size in (0, 1, 2, 3, 30, 60, 1399, 1400, 1401, 2047, 2048, 2049, 9000, 65507):
                for byte in (b"\0", b"\1", b"\6", b"\x7f", b"\xff"):
                    stranger.sendto(byte * size, place_of(target.address))
        self.barrier(target)
        self.assertIsNone(target.process.poll())


if __name__ == "__main__":
    unittest.main()
