"""What came of a row of the table."""

import dataclasses

REPRODUCED = "reproduced"
PARTLY = "in part"
DIFFERS = "differs"
MEASURED = "measured"


@dataclasses.dataclass
class Verdict:
    row: str  # what was to be reproduced
    criterion: str  # reproduced when
    verdict: str
    why: str  # the figures, in a line
    due: bool = True  # the quick form can tell, and has to reproduce it: otherwise the test fails


def of(good):
    return REPRODUCED if good else DIFFERS
