"""The member in 40 lines: that it is no longer, and that it joins one that was not there yet when it first asked."""

import os
import pty
import socket
import subprocess
import unittest

SOURCE = os.path.join(os.environ["SELKIE_SOURCE_DIR"], "examples", "poll40.c")
PROGRAM = os.path.join(os.environ["SELKIE_BUILD_DIR"], "examples", "poll40")


def free_address():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % udp.getsockname()[1]


class Poll40(unittest.TestCase):
    def start(self, *arguments):
        """Start one; what it prints comes from a terminal, or it would be kept until a buffer is full."""
        try:
            ours, theirs = pty.openpty()
        except OSError as error:
            self.skipTest(str(error))
        process = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=theirs)
        os.close(theirs)
        output = os.fdopen(ours, encoding="ascii")
        self.addCleanup(output.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return output

    def test_it_has_40_lines_of_120_columns_at_most(self):
        with open(SOURCE, encoding="ascii") as file:
            lines = file.read().splitlines()
        self.assertLessEqual(len(lines), 40)
        self.assertLessEqual(max(map(len, lines)), 120)

    def test_it_asks_until_its_peer_is_there(self):
        mine, peer = free_address(), free_address()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            host, port = peer.split(":")
            udp.bind((host, int(port)))
            udp.settimeout(60)
            joiner = self.start(mine, peer)
            for _ in range(2):  # announces that nobody answers
                udp.recv(2048)
        seed = self.start(peer, mine)
        self.assertEqual(joiner.readline().split(), ["member-up", peer])
        self.assertEqual(joiner.readline().split(), ["active", mine])
        self.assertEqual(seed.readline().split(), ["member-up", mine])

    def test_it_refuses_what_is_no_address(self):
        self.assertEqual(subprocess.run([PROGRAM, "nowhere", "127.0.0.1:1"], timeout=60).returncode, 2)


if __name__ == "__main__":
    unittest.main()
