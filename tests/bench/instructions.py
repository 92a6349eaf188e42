"""No operation takes more than 5 % more instructions than the committed figures of bench/instructions.json say."""

import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(os.environ.get("SELKIE_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))

sys.exit(subprocess.run([sys.executable, str(SOURCE / "bench" / "instructions"), "--check"]).returncode)
