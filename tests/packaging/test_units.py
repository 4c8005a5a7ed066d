"""The systemd units in `deploy/systemd`."""

import re
from pathlib import Path

UNIT = Path(__file__).parents[2] / "deploy" / "systemd" / "skerry.service"

MAX_QUESTIONS_PER_S = 4_000
"""More than one process answers from its cache. Each writes a line."""


def setting(name: str) -> int:
    """The number that a setting of the PoP's unit begins with."""
    (number,) = re.findall(rf"^{name}=(\d+)s?$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    return int(number)


def test_no_line_of_a_question_is_dropped() -> None:
    """Of a service that writes more than journald's limit, errors are dropped, too."""
    lines_per_s = setting("LogRateLimitBurst") / setting("LogRateLimitIntervalSec")

    assert lines_per_s > MAX_QUESTIONS_PER_S
