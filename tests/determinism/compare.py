"""The same seed and the same inputs give the same outputs everywhere: builds tests/determinism/long_run.c with gcc and clang, with and
without optimisation, for 64 and 32 bits, and compares the hashes of the runs, with each other and with expected.txt. `--cross` adds a big-endian machine (s390x, under qemu).
What cannot be built here is said and left out, except with --cross, which wants all of them. Each runs twice, the second time with all that goes
beyond SWIM off: that hash is what engines came to before they had any of it.

A change of expected.txt is a change of what engines do (or of the cluster that runs them): whoever makes it says why. `--accept` writes it."""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPECTED = ROOT / "tests/determinism/expected.txt"
FLAGS = ["-std=c11", "-I", ROOT / "include", "-I", ROOT / "src", "-I", ROOT / "tests"]
FOLDERS = ["src/base", "src/engine", "src/codec", "src/parts", "src/sim"]

NATIVE = {
    "gcc -O0": (["gcc", "-O0"], []),
    "gcc -O2": (["gcc", "-O2"], []),
    "clang -O0": (["clang", "-O0"], []),
    "clang -O2": (["clang", "-O2"], []),
    "gcc -O2 -m32": (["gcc", "-O2", "-m32", "-idirafter", "/usr/include/x86_64-linux-gnu"], []), # asm/errno.h
    "gcc -O2 -funsigned-char": (["gcc", "-O2", "-funsigned-char"], []),
}
CROSS = {"s390x gcc -O2": (["s390x-linux-gnu-gcc", "-O2", "-static"], ["qemu-s390x"])}


def works(compiler, runner):
    """Can a program be built in this way, and is there something that runs it?"""
    if not all(shutil.which(program) for program in [compiler[0], *runner]):
        return False
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([*compiler, "-xc", "-", "-o", folder + "/program"], input="#include <errno.h>\nint main(void) { return 0; }\n",
                              text=True, stderr=subprocess.DEVNULL)
        return done.returncode == 0


def hash_of(folder, name, compiler, runner):
    program = pathlib.Path(folder) / name.replace(" ", "_")
    sources = [path for part in FOLDERS for path in sorted((ROOT / part).glob("*.c"))]
    sources.append(ROOT / "tests/determinism/long_run.c")
    subprocess.run([*compiler, *FLAGS, *sources, "-o", program], check=True)
    runs = [subprocess.run([*runner, program, *choice], check=True, stdout=subprocess.PIPE, text=True) for choice in ([], ["plain"])]
    return "".join(run.stdout for run in runs).strip()


def main():
    cross = "--cross" in sys.argv
    ways = {**NATIVE, **CROSS} if cross else NATIVE
    usable = {name: way for name, way in ways.items() if works(*way)}
    for name in ways.keys() - usable.keys():
        print(f"{name}: cannot be built or run here")
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        hashes = dict(zip(usable, workers.map(lambda name: hash_of(folder, name, *usable[name]), usable)))
    for name, value in hashes.items():
        print(f"{value}\n    {name}")
    if len(set(hashes.values())) != 1:
        sys.exit("the runs differ: something depends on the compiler or the machine")
    outcome = next(iter(hashes.values()))
    if "--accept" in sys.argv:
        EXPECTED.write_text(outcome + "\n")
    expected = EXPECTED.read_text().strip()
    if outcome != expected:
        sys.exit(f"{expected}  is expected\nthe behaviour has changed: if it should have, say why and run {pathlib.Path(__file__).name} --accept")
    sys.exit(0 if (len(usable) == len(ways) if cross else len(usable) > 1) else 1)


main()
