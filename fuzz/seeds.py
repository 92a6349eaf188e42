"""Writes the seed corpora: small inputs that mean something, each named after it. Run from anywhere: python3 fuzz/seeds.py

Inputs that a fuzzer found stay in the corpora beside them, under names of libFuzzer's (fuzz/grow)."""

import pathlib
import re

FUZZ = pathlib.Path(__file__).resolve().parent
VECTORS = FUZZ.parent / "docs" / "protocol.md"

# ---- packed: the test vectors of the protocol's page, after a byte for the identities' size ----


def packed():
    lines = [line for block in re.findall(r"^```vectors\n(.*?)^```", VECTORS.read_text(), re.M | re.S) for line in block.splitlines()]
    for number, line in enumerate(line for line in lines if line):
        words, data = line.split(" =")
        kind = re.sub(r"[0-9a-f]{16}", "", words.split(" from ")[0])
        name = "-".join([f"{number:02}", *re.findall(r"[A-Za-z-]+", kind)])
        yield name, bytes([8]) + bytes.fromhex(data.replace(" ", ""))
    yield "longest-identity", bytes([255, 1, 3]) + bytes(255) + b"\1\0" + bytes(255) + b"\7" + bytes(255)
    yield "shortest-identity", bytes([1, 1, 0, 65, 0, 0, 66, 1])
    yield "no-identity", bytes([0, 1, 0])


# ---- serde: what foca wrote, raw and as something to damage, after a byte that says how to take it ----

BINCODE1, FIXED, BINCODE2, POSTCARD = range(4)
AGENT, PLAIN_ID, NAMED, EVERYTHING = range(0, 16, 4)
DAMAGE, TABLE = 0x80, 0x40


def captured(name):
    """The lines of a file of vectors: a name, and its bytes."""
    for line in (FUZZ.parent / "tests" / "codec" / "vectors" / name).read_text().splitlines():
        words = line.split("#")[0].removeprefix("accept ").removeprefix("reject ").split()
        if len(words) == 2 and words[0] != "format":
            yield words[0].split("@")[0], bytes.fromhex(words[1].replace("-", ""))


def serde():
    for name, data in captured("bincode.txt"):
        yield f"bincode1-{name}", bytes([BINCODE1 | PLAIN_ID]) + data
        yield f"bincode2-{name}", bytes([BINCODE2 | PLAIN_ID]) + data
    for name, data in captured("postcard.txt"):
        yield f"postcard-{name}", bytes([POSTCARD | PLAIN_ID]) + data
    for number, (name, data) in enumerate(captured("decode.txt")):
        yield f"verdict-{number}-{name}", bytes([(BINCODE1, BINCODE2, POSTCARD)[number // 13] | PLAIN_ID]) + data
    for name, data in captured("agent.txt"):
        yield f"agent-{name}", bytes([(POSTCARD if "10" in name.split("_")[0] else BINCODE1) | AGENT]) + data
    v4 = bytes(10) + b"\xff\xff" + bytes([127, 0, 0, 1, 31, 10])
    v6 = bytes([32, 1, 13, 184]) + bytes(11) + bytes([1, 31, 10])
    identities = {
        AGENT: (v4 + bytes(7) + b"\1", v6 + b"\xff" * 8),
        PLAIN_ID: (v4[12:] + b"\0\1", b"\xff" * 8),
        NAMED: ("\u00e4\u20ac\U0001f600".encode().ljust(12, b"\0") + b"\0\0\1\2", b"twelve bytes" + b"\xff" * 4),
        EVERYTHING: (bytes(120), b"\1" * 18 + b"text" + bytes(4) + b"\2" * 4 + v6[:16] + v4[:16] + v4[12:] + v6 + v4),
    }
    for codec in (BINCODE1, FIXED, BINCODE2, POSTCARD):
        for table, (one, other) in identities.items():
            for message in (PING, PING_REQ, GOSSIP):
                built = one + other + one + bytes([message]) + (b"\x2a" if message <= FORWARDED_ACK else b"") + b"\1\2\0\3\1"
                damage = b"".join(bytes([place, change]) for place in range(0, 120, 17) for change in (1, 0x80, 0xfb)) + b"\x20\0"
                yield f"built-{codec}-{table}-{message}", bytes([DAMAGE | codec | table]) + built + damage
        length = lambda size: size.to_bytes(8, "little") if codec == FIXED else bytes([size])
        texts = [b"", b"plain", b"\xc3\xa4", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"a\0b", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
                 b"\xe2\x82", b"\xe2\x28\xa1", b"\xf0\x9f\x41\x80", b"\xe2\x82\x41", b"\x80", b"thirteen byte"]
        for number, text in enumerate(texts):
            yield f"text-{codec}-{number}", bytes([codec | NAMED]) + length(len(text)) + text + bytes(8)
        yield f"not-text-{codec}", bytes([DAMAGE | codec | NAMED]) + b"\xff" * 60
        tag = lambda number: number.to_bytes(4, "little") if codec == FIXED else bytes([number])
        yield f"mapped-{codec}", bytes([codec | AGENT]) + tag(1) + v4 + bytes(60)
        yield f"family-{codec}", bytes([codec | AGENT]) + tag(2) + v4 + bytes(60)
    for number, table in enumerate([[(5, 3), (6, 8), (12, 0)], [(4, 0)], [], [(13, 0)], [(1, 1)], [(6, 0)], [(5, 255), (1, 0)], [(5, 255)] * 4 + [(6, 200)]]):
        fields = b"".join(bytes(field) for field in table)
        yield f"table-{number}", bytes([TABLE | BINCODE1, len(table)]) + fields + bytes([3, 2, 1, 4]) + b"text" + bytes([0, 127, 0, 0, 1, 80]) * 4
    yield "built-unknown-message", bytes([DAMAGE | BINCODE1 | PLAIN_ID]) + bytes(24) + bytes([11, 0, 0, 0, 0, 3, 1, 1])


# ---- inet: texts ----


def inet():
    texts = ["1.2.3.4:7946", "0.0.0.0:0", "255.255.255.255:65535", "1.2.3.4:65536", "1.2.3:80", "1.2.3.4", "1.2.3.4:", ":80", "", "[::1]:7946",
             "[2001:db8::1]:7946", "[::]:0", "[::ffff:1.2.3.4]:80", "[1:2:3:4:5:6:7:8]:9", "[::1]", "[::1:80", "::1:80", "[]:80", "[::1]:x",
             "[fe80::1%eth0]:80", "localhost:80", "01.2.3.4:80", "1.2.3.4:+80", "1.2.3.4: 80", "1.2.3.4:080", "256.2.3.4:80", "1.2.3.4:80 "]
    for number, text in enumerate(texts):
        yield f"{number:02}", text.encode()
    yield "too-long", b"[" + b"0" * 100 + b"::1]:80"


# ---- schedule: programs for fuzz_schedule.c ----


def schedule():
    push = lambda kind, delay: bytes([0, kind, delay])
    pop, step = bytes([2]), lambda by: bytes([3, by])
    for name, choice in (("grows", 0), ("fixed", 1), ("reserved", 14)):
        yield f"ties-{name}", bytes([choice]) + b"".join(push(kind, 4) for kind in (6, 5, 4, 3, 2, 1, 0, 0, 1)) + step(8) + pop * 10
        yield f"late-{name}", bytes([choice]) + b"".join(push(0, delay) for delay in (9, 1, 255, 3, 3)) + (step(2) + pop) * 10
    yield "many", bytes([0]) + b"".join(push(at % 7, at * 37 % 32) for at in range(70)) + (step(3) + pop * 5) * 14
    yield "empty", bytes([0]) + pop + step(255) + pop


# ---- handle_data: programs for fuzz_handle_data.c ----

PING, ACK, PING_REQ, INDIRECT_PING, INDIRECT_ACK, FORWARDED_ACK, ANNOUNCE, FEED, GOSSIP, BROADCAST, TURN_UNDEAD, NACK = range(12)
BUILT, ANSWER, DUE, RAW, CALL_ANNOUNCE, ADD_BROADCAST, APPLY_MANY, SET_CONFIG, CALL, MOOD, LOST, CHANGE_IDENTITY, REPEATED, DAMAGED = (
    0, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)
NACK_WANTED = 0x80 # added to PING_REQ
PAUSED, EVICT = 0x80, 0x81 # calls that take a byte more
DO_GOSSIP, DO_BROADCAST, DO_LEAVE, DO_REUSE, DO_REVIVE = range(5)
ALIVE, SUSPECT, DOWN, LEFT, ACCUSED = range(5) # a member's bits, by the fuzzer's table
BOUNDED, NO_RENEW, OWN_WINS, SHORT, NO_HANDLER, INVALIDATES, WANTS, PLAIN = 1, 2, 4, 8, 16, 32, 64, 128 # choice
NOTIFY_DOWN, ANNOUNCES, ANNOUNCES_DOWN, GOSSIPS, OBSERVE, FORGETFUL, BAD, LAN = 1, 2, 4, 8, 16, 32, 64, 128 # tasks
US = 0x20 # our identity as a byte: address 0, generation 5
NEWER = 0x10 # added to an identity: one generation on
LAST = 0xfc # the highest incarnation, as a byte


def world(choice=0, packet=7, fan_out=3, transmissions=8, tasks=NOTIFY_DOWN | OBSERVE, bounds=None):
    head = bytes([choice, packet | (fan_out - 1) << 3 | (transmissions - 1) << 5, tasks])
    return head if bounds is None else head + bytes([bounds])


def tail(updates=(), broadcasts=(), counted=True, damage=0):
    data = bytes([len(updates) | len(broadcasts) << 3])
    if counted:
        data += b"".join(bytes(update) for update in updates)
    return data + b"".join(bytes([len(text)]) + text for text in broadcasts) + bytes([damage])


def packet(message, source, incarnation=0, to=None, number=0, peer=1, damage=0, **rest):
    data = bytes([BUILT, message, source, incarnation]) + (b"\0" if to is None else bytes([0xe0, to]))
    plain = message & 0x7f
    if plain <= FORWARDED_ACK or plain == NACK:
        data += bytes([number])
    if PING_REQ <= plain <= FORWARDED_ACK or plain == NACK:
        data += bytes([peer])
    if message == ANNOUNCE:
        return data + bytes([damage])
    return data + tail(counted=message != BROADCAST, damage=damage, **rest)


def answer(back=0, incarnation=0, nack=False, **rest):
    return bytes([ANSWER, back | (0x80 if nack else 0), incarnation]) + tail(**rest)


def due(count=1):
    return bytes([DUE, count - 1])


def call(which):
    return bytes([CALL, which])


def raw(data):
    return bytes([RAW]) + len(data).to_bytes(2, "big") + data


def add_broadcast(size, fill):
    return bytes([ADD_BROADCAST, size, fill])


def apply_many(*updates, spread=True):
    return bytes([APPLY_MANY, len(updates) | (0x80 if spread else 0)]) + b"".join(bytes(update) for update in updates)


def about(who, bits, incarnation=0):
    return who, incarnation, bits


def accused(who, by, incarnation=0):
    """Suspect, by the word of the first life of another."""
    return about(who, ACCUSED + 5 * by, incarnation)


def paused(which):
    return bytes([CALL, PAUSED, which])


def evict(who):
    return bytes([CALL, EVICT, who])


def set_config(size, tasks):
    return bytes([SET_CONFIG, size, tasks])


def join(*others):
    """Members 1, 2 and the others are known, and we probe."""
    return packet(GOSSIP, 1, updates=[about(who, ALIVE) for who in (2, *others)])


def handle_data():
    yield "join-and-probe", world() + bytes([CALL_ANNOUNCE, 1]) + answer(updates=[about(2, ALIVE), about(3, ALIVE)]) + (
        due() + answer(0)) * 6 + due(8) * 4
    yield "announce-is-answered", world() + join(3, 4) + packet(ANNOUNCE, 5) + packet(ANNOUNCE, 6, to=US + NEWER) + packet(ANNOUNCE, 1)
    yield "ping-is-answered", world() + packet(PING, 1, number=0xc9, updates=[about(2, SUSPECT)], broadcasts=[b"hello"])
    yield "indirect-messages", world() + join() + b"".join(packet(message, 1, peer=9) for message in range(PING_REQ, FORWARDED_ACK + 1))
    yield "indirect-for-ourselves", world() + join() + b"".join(packet(message, 1, peer=US) for message in range(PING_REQ, FORWARDED_ACK + 1))
    yield "indirect-probe", world() + join(3, 4) + due(2) + answer(0) + answer(1) + answer(2) + answer(0) + due(4)
    yield "probe-fails", world() + join(3) + due(8) * 5
    yield "suspect-refutes", world() + join() + due(3) + packet(GOSSIP, 1, incarnation=1) + packet(GOSSIP, 2, incarnation=1) + due(8) * 3
    yield "suspect-renamed", world() + join() + due(3) + packet(GOSSIP, 1 + NEWER) + packet(GOSSIP, 2 + NEWER) + due(8) * 3
    yield "suspicion-about-us", world() + join() + packet(GOSSIP, 1, updates=[about(US, SUSPECT), about(US, SUSPECT, 3), about(US, ALIVE)])
    yield "suspicion-beyond-refuting", world() + join() + packet(GOSSIP, 1, updates=[about(US, SUSPECT, LAST), about(3, ALIVE)])
    yield "we-are-down", world() + join() + packet(PING, 1, updates=[about(US, DOWN), about(4, ALIVE)], broadcasts=[b"x"]) + due(8)
    yield "we-are-down-for-good", world(NO_RENEW) + join() + packet(PING, 1, updates=[about(US, DOWN)]) + packet(PING, 2) + due(8) + call(DO_REUSE) + join()
    yield "turn-undead", world() + join() + packet(TURN_UNDEAD, 1) + packet(TURN_UNDEAD, 1, to=US + NEWER) + join()
    yield "turn-undead-from-the-dead", world() + join() + packet(GOSSIP, 1, updates=[about(2, DOWN)]) + packet(TURN_UNDEAD, 2) + packet(PING, 2)
    yield "older-self", world() + packet(GOSSIP, 1, updates=[about(US - NEWER, ALIVE), about(US + NEWER, SUSPECT, 2)]) + due(8)
    yield "superseded-source", world() + packet(GOSSIP, 1 + NEWER) + packet(GOSSIP, 1, updates=[about(2, ALIVE)])
    yield "all-precedence", world() + b"".join(
        packet(GOSSIP, 1, updates=[about(2 + NEWER * generation, bits, incarnation) for bits in (ALIVE, SUSPECT, DOWN)])
        for generation in (0, 1) for incarnation in (0, 1, 0))
    yield "left-and-accused", world() + packet(GOSSIP, 1, updates=[about(2, LEFT), about(3, ACCUSED), about(4, ALIVE), about(4, LEFT)])
    yield "leave", world() + join(3, 4) + call(DO_LEAVE) + packet(PING, 1) + call(DO_LEAVE) + call(DO_GOSSIP) + call(DO_REUSE) + join()
    yield "change-identity", world() + join() + bytes([CHANGE_IDENTITY, 6]) + due(4) + bytes([CHANGE_IDENTITY, 6]) + join() + due(4)
    yield "broadcasts", world(INVALIDATES | WANTS) + join(3, 4) + b"".join(add_broadcast(size, size) for size in (1, 5, 30, 0, 0xf0, 0xf1, 0xf2)) + (
        call(DO_BROADCAST)) * 3 + packet(BROADCAST, 1, broadcasts=[b"ab", b"cde", b"f"]) + due(8)
    yield "broadcasts-by-equal-keys", world() + join() + add_broadcast(4, 1) * 3 + add_broadcast(4, 2) + call(DO_BROADCAST) * 4
    yield "broadcasts-refused", world() + packet(GOSSIP, 1, broadcasts=[b"ok", b"\xff", b"never"]) + packet(GOSSIP, 1, broadcasts=[b"\xf1"]) + (
        add_broadcast(3, 0xff)) + add_broadcast(3, 0xf2)
    yield "broadcasts-malformed", world() + packet(GOSSIP, 1, broadcasts=[b""]) + packet(GOSSIP, 1, broadcasts=[b"abc"], damage=0xd1) + (
        packet(BROADCAST, 1, broadcasts=[b"abc"], damage=0xea)) + packet(BROADCAST, 1, damage=0xea) + packet(BROADCAST, 1, damage=0xec)
    yield "no-handler", world(NO_HANDLER) + packet(GOSSIP, 1, broadcasts=[b"abc"]) + add_broadcast(3, 1) + due(8)
    yield "cut-short", world() + b"".join(packet(PING_REQ, 1, updates=[about(2, ACCUSED)], damage=0xd0 + cut) for cut in range(16))
    yield "stray-bytes", world() + packet(ANNOUNCE, 1, damage=0xea) + packet(GOSSIP, 1, damage=0xea) + packet(TURN_UNDEAD, 1, damage=0xf0)
    yield "bits-flipped", world() + b"".join(packet(PING, 1, damage=0xe0 + bit) + bytes([at]) for at in range(4) for bit in range(8))
    yield "from-ourselves", world() + packet(PING, US) + packet(PING, US + NEWER)
    yield "not-for-us", world() + packet(PING, 1, to=US + NEWER) + packet(PING, 1, to=5)
    yield "too-big", world(packet=1) + raw(bytes(17)) + raw(bytes(16)) + raw(b"")
    yield "raw", world() + raw(bytes([1, 8, 1, 0, 3, 0, 0, 0, 0, 5, 0, 0])) + raw(bytes([2])) + raw(bytes([1, 0x1b, 3])) + raw(bytes([1]))
    for size in range(8):
        yield f"packet-size-{size}", world(WANTS, packet=size, transmissions=2) + join(3, 4, 5, 6) + add_broadcast(1, 1) + add_broadcast(7, 2) + (
            due(8) + packet(ANNOUNCE, 2) + packet(PING, 1, updates=[about(7, DOWN)])) * 3 + call(DO_BROADCAST) + call(DO_GOSSIP) * 3
    for size in range(7):
        yield f"bounded-{size}", world(BOUNDED, bounds=size | 8 | 0x20) + b"".join(
            packet(GOSSIP, who, updates=[about(who, DOWN)]) + packet(PING, who + 3) + packet(ANNOUNCE, who + 4) for who in range(1, 9)) + (
            add_broadcast(9, 1) + add_broadcast(10, 2) + add_broadcast(11, 3) + due(8) + packet(TURN_UNDEAD, 12) + packet(GOSSIP, 13, broadcasts=[b"a", b"bb"]))
    yield "own-wins", world(OWN_WINS) + b"".join(packet(GOSSIP, 1 + NEWER * g, updates=[about(2 + NEWER * (7 - g), SUSPECT)]) for g in range(8)) + (
        packet(GOSSIP, 3, updates=[about(US, DOWN)]))
    yield "short-identities", world(SHORT) + join(3) + packet(PING, 1, updates=[about(2, DOWN)]) + due(8) + packet(TURN_UNDEAD, 1)
    yield "plain-codec", world(PLAIN) + join(3, 13) + packet(PING, 1, updates=[about(2, LEFT), about(13, DOWN)], broadcasts=[b"a"]) + due(8) * 4 + call(DO_LEAVE)
    yield "plain-codec-lies", world(PLAIN) + join(3) + raw(bytes([0, 0, 5, 1, 0, 3, 0, 0, 0, 200])) + raw(
        bytes([0, 0, 5, 1, 0, 3, 0, 0, 0, 8, 0, 1, 2, 0, 3, 0, 0, 7]))
    yield "plain-codec-unwritable", world(PLAIN, packet=4) + join(13) + packet(ANNOUNCE, 13) + call(DO_GOSSIP) + apply_many(about(13, SUSPECT)) + due(8) * 4
    yield "broadcasts-not-relayed", world(BOUNDED, bounds=7 | 0xe0) + join(3) + packet(GOSSIP, 1, broadcasts=[b"aa", b"bb", b"cc"])
    yield "helpers-answer-twice", world() + join(3, 4) + due(2) + answer(0) * 2 + answer(1) * 2 + due(4)
    yield "periodic-tasks", world(tasks=NOTIFY_DOWN | ANNOUNCES | ANNOUNCES_DOWN | GOSSIPS) + join(3) + packet(GOSSIP, 1, updates=[about(2, DOWN)]) + due(8) * 6
    yield "periodic-tasks-turned-off", world(tasks=ANNOUNCES | ANNOUNCES_DOWN | GOSSIPS) + join(3) + due(8) + bytes([SET_CONFIG, 200, 8 | 3]) + due(8) * 3
    yield "down-is-forgotten", world(tasks=FORGETFUL) + join() + packet(GOSSIP, 1, updates=[about(2, DOWN)]) + due(8) + (
        packet(GOSSIP, 1, updates=[about(2 + NEWER, DOWN)])) + due(8) * 3
    yield "idle-and-active", world() + join() + due(1) + packet(GOSSIP, 1, updates=[about(2, DOWN)]) + apply_many(about(1, DOWN)) + join(3) + due(8) * 2
    yield "apply-many", world() + apply_many(about(1, ALIVE), about(2, SUSPECT), about(3, DOWN), about(US, SUSPECT), about(US + NEWER, ALIVE)) + (
        apply_many(about(1, DOWN), about(US, DOWN), spread=False)) + due(8)
    yield "timers-lost", world() + join(3) + due(2) + bytes([LOST]) + due(8) + bytes([MOOD, 1]) + due(8) + packet(GOSSIP, 1, updates=[about(3, DOWN)]) + (
        call(DO_REVIVE) + bytes([MOOD, 0]) + call(DO_REVIVE) + due(8))
    yield "timers-repeated", world() + join(3) + b"".join(due() + bytes([REPEATED, which]) for which in range(4)) * 3
    yield "timers-damaged", world() + join(3) + b"".join(bytes([DAMAGED, bit]) + due() + call(DO_REVIVE) for bit in (0, 64, 96, 128, 160, 163, 191))
    for left in range(8):
        yield f"out-of-memory-{left}", world() + bytes([MOOD, 2 | left << 2]) + join(3, 4, 5) + add_broadcast(30, 1) + apply_many(
            about(6, ALIVE), about(US, SUSPECT)) + call(DO_LEAVE) + bytes([CHANGE_IDENTITY, 9, MOOD, 0]) + join(7) + due(8)
    yield "set-config", world(BOUNDED, bounds=0xff) + join() + b"".join(bytes([SET_CONFIG, size, tasks]) + due(2) for size in (5, 30, 255) for tasks in (0, 3, 0x93, 17))
    yield "bad-config", world(tasks=BAD)
    yield "preset", world(tasks=LAN | GOSSIPS) + join(3, 4) + due(8) * 4
    everybody = join(3, 4, 5, 6, 7)
    lan = world(tasks=LAN | NOTIFY_DOWN | OBSERVE | ANNOUNCES_DOWN | GOSSIPS)
    yield "nacks-owed", world() + join(3) + b"".join(packet(PING_REQ | NACK_WANTED, 1, number=0xc0 + at, peer=9) for at in range(18)) + (
        packet(INDIRECT_ACK, 9, number=0xc1, peer=1)) + due(8) * 5
    yield "nacks-wanted", lan + everybody + due(2) + answer(0, nack=True) + answer(1, nack=True) + answer(2) + due(8) + answer(0, nack=True) * 2 + due(8) * 3
    yield "nack-for-ourselves", lan + everybody + packet(NACK, 1, peer=US) + packet(NACK, 1, peer=2)
    yield "nacks-that-the-codec-lacks", world(PLAIN) + join(3) + packet(NACK, 1) + packet(PING_REQ | NACK_WANTED, 1, peer=9) + due(8)
    yield "accusers", lan + everybody + b"".join(packet(GOSSIP, by, updates=[accused(2, by), accused(3, by)]) for by in (4, 5, 6)) + due(8) * 3 + (
        packet(GOSSIP, 7, updates=[accused(2, 7), accused(3, 3)])) + packet(ANNOUNCE, 4) + due(8) * 6
    yield "accusers-refuted", lan + everybody + packet(GOSSIP, 4, updates=[accused(2, 4)]) + packet(PING, 2, incarnation=1) + due(8) * 4
    yield "accusers-without-room", world(BOUNDED, tasks=LAN | NOTIFY_DOWN, bounds=7 | 8 | 0x20) + everybody + packet(
        GOSSIP, 4, updates=[accused(who, 4) for who in (1, 2, 3, 5, 6)]) + packet(GOSSIP, 4, updates=[accused(2, 5, 1), accused(3, 5, 1)]) + due(8) * 6
    yield "accusers-without-one-place", world(BOUNDED, tasks=LAN | NOTIFY_DOWN, bounds=5 | 8 | 0x20) + join(3, 4, 5) + packet(
        GOSSIP, 4, updates=[accused(1, 4), accused(2, 4), accused(3, 4)]) + paused(3) + call(DO_LEAVE) + call(DO_REUSE) + packet(
        GOSSIP, 4, updates=[accused(1, 5), accused(2 + NEWER, 5)]) + due(8) * 8
    yield "suspects-hear-first", lan + everybody + packet(GOSSIP, 1, updates=[accused(2, 4)]) + packet(PING_REQ, 1, peer=2) + due(8) * 3
    yield "suspects-hear-first-in-no-room", world(packet=1, tasks=LAN) + everybody + packet(GOSSIP, 1, updates=[accused(2, 4)]) + packet(PING_REQ, 1, peer=2)
    yield "evict", lan + everybody + evict(2) + evict(2) + evict(9) + evict(3 + NEWER) + evict(US) + packet(PING, 2) + due(8)
    yield "evict-the-last", lan + packet(GOSSIP, 1) + evict(1) + due(8) * 3 + packet(GOSSIP, 1 + NEWER) + due(4)
    yield "paused", lan + everybody + due(2) + paused(3) + due(4) + packet(GOSSIP, 1, updates=[accused(2, 4)]) + paused(1) + paused(2) + paused(5) + due(8) * 4
    yield "shares", lan + everybody + add_broadcast(38, 1) + add_broadcast(20, 2) + add_broadcast(9, 3) + packet(
        GOSSIP, 1, updates=[about(who, DOWN) for who in (8, 9, 10, 11)]) + due(8) * 4 + call(DO_GOSSIP) * 4
    for size in (3, 4, 5):
        yield f"shares-{size}", world(WANTS, packet=size, tasks=LAN | NOTIFY_DOWN, transmissions=3) + everybody + b"".join(
            add_broadcast(length, length) for length in (1, 3, 7, 12)) + packet(GOSSIP, 1, updates=[about(who, DOWN) for who in (8, 9, 10, 11)]) + (
            call(DO_GOSSIP) + packet(PING, 1) + packet(PING, 3)) * 4
    yield "idle-announces", lan + join() + apply_many(about(1, DOWN), about(2, DOWN)) + due(8) * 3 + call(DO_REVIVE) + due(4) + join(3) + due(4) + set_config(200, 8 | 3)
    yield "reconnect-at-once", lan + join() + packet(TURN_UNDEAD, 1) + due(8)
    yield "adapting", lan + packet(GOSSIP, 1, broadcasts=[b"x"]) + join(3, 4, 5, 6, 7, 8, 9) + add_broadcast(5, 1) + join(10, 11, 12, 14, 15) + due(8) + (
        set_config(201, 3 | 32) + set_config(200, 5 | 64) + join(3))
    yield "switches", lan + everybody + b"".join(set_config(60 + at, 3 | 32 | 64) + due(2) + packet(GOSSIP, 4, updates=[accused(2, at % 7)]) for at in range(12))
    yield "revive-suspicions", lan + everybody + packet(GOSSIP, 1, updates=[accused(2, 4), accused(3, 4), about(4, DOWN)]) + call(DO_REVIVE) + due(8) * 5
    yield "nothing", b""


def main():
    for corpus, seeds in (("packed", packed), ("serde", serde), ("inet", inet), ("schedule", schedule), ("handle_data", handle_data)):
        folder = FUZZ / "corpus" / corpus
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in seeds():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
