"""The codec of one's own does what its program says: more members in a packet, and a whole subnet in one."""

import os
import subprocess
import unittest

PROGRAM = os.path.join(os.environ["SELKIE_BUILD_DIR"], "examples", "own_codec")


class OwnCodec(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        result = subprocess.run([PROGRAM], capture_output=True, text=True, timeout=60)
        cls.status = result.returncode
        cls.lines = [line.split() for line in result.stdout.splitlines()]

    def test_it_counts_what_a_packet_of_1400_bytes_carries(self):
        inet, packed, own = ([int(word) for word in line[1:]] for line in self.lines[1:4])
        self.assertEqual([line[0] for line in self.lines[1:4]], ["packed", "packed", "own"])
        self.assertEqual(inet, [26, 29, (1400 - 2 - 2 * 26 - 4) // 29])
        self.assertEqual(packed, [2, 5, (1400 - 2 - 2 * 2 - 4) // 5])
        self.assertEqual(own, [2, 3, (1400 - 2 - 2 * 2 - 3) // 3])

    def test_one_packet_tells_a_newcomer_of_the_whole_subnet(self):
        self.assertEqual(self.status, 0)
        self.assertEqual(self.lines[-1], "one packet told a newcomer of 253 members".split())


if __name__ == "__main__":
    unittest.main()
