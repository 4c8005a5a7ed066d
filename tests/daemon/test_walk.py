"""The walk of one question in `edge/README.md` lists the files in the order in which a question enters them."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from tests.daemon.golden.cases import sample, verdicts
from tests.daemon.golden.driver import running_pop
from tests.daemon.golden.islands import HOODIE
from tests.daemon.golden.verdicts import read_verdicts
from tests.walks import EDGE, walk_of

STAND_INS = {"triage/judge.py", "store/outbox/outbox.py"}
"""Files that the driver replaces: by recorded verdicts, and by an outbox in memory."""


class Trace:
    """The files of `edge` that are entered, in the order of their first entry."""

    def __init__(self) -> None:
        self.files: list[str] = []

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Called by `sys.setprofile`."""
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(EDGE):
            file = str(path.relative_to(EDGE))
            if file not in self.files:
                self.files.append(file)


async def test_question_follows_the_walk() -> None:
    """A question that people take, in a session, on a PoP that has answered before: every file in the walk's order."""
    text = next(judged.text for judged in read_verdicts() if judged.id == "hoodie-006")
    async with running_pop(sample(HOODIE), verdicts=verdicts()) as pop:
        # Not the same words: how those are read would be remembered.
        await pop.ask(HOODIE, f"{text} ", session="somebody else")
        trace = Trace()
        sys.setprofile(trace)
        try:
            told = await pop.ask(HOODIE, text, session="viewer")
        finally:
            sys.setprofile(None)

    assert told.posted is not None
    written = [file for file in dict.fromkeys(walk_of("One question")) if file not in STAND_INS]
    assert written == [file for file in trace.files if file in written]
