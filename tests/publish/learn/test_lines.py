"""`edge.publish.learn.lines`: any line may be hostile, and costs nothing but itself."""

from collections import Counter
from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.publish.learn import LeftOut, read_export
from edge.publish.learn.lines import MAX_LINE_BYTES
from tests.publish.learn.exports import line

GOOD = line("when does it ship")

HOSTILE: dict[str, tuple[bytes, LeftOut]] = {
    "not JSON": (b"when does it ship", LeftOut.LINE_MALFORMED),
    "cut off": (GOOD.encode()[:-9], LeftOut.LINE_MALFORMED),
    "no UTF-8": (GOOD.encode().replace(b"ship", b"\xff\xfe"), LeftOut.LINE_MALFORMED),
    "a NUL": (b"\0" + GOOD.encode(), LeftOut.LINE_MALFORMED),
    "half a character": (GOOD.encode().replace(b"ship", b"\\ud800"), LeftOut.LINE_MALFORMED),
    "nested deep": (b"[" * 30_000, LeftOut.LINE_MALFORMED),
    "nested deep in a field": (b'{"question": ' + b"[" * 30_000, LeftOut.LINE_MALFORMED),
    "a session": (line("when", session="v-81").encode(), LeftOut.LINE_MALFORMED),
    "a ticket": (line("when", ticket="0f8f").encode(), LeftOut.LINE_MALFORMED),
    "no time zone": (GOOD.encode().replace(b"Z", b""), LeftOut.LINE_MALFORMED),
    "a field twice": (GOOD.encode()[:-1] + b', "question": "refund"}', LeftOut.LINE_REPEATS),
    "huge": (b"x" * (3 * MAX_LINE_BYTES), LeftOut.LINE_LONG),
    "huge and well-formed": (line("x" * MAX_LINE_BYTES).encode(), LeftOut.LINE_LONG),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_line_is_counted_and_left_out(tmp_path: Path, name: str) -> None:
    """The lines around it are read, whether it comes first or last."""
    export, (bad, why) = tmp_path / "export.jsonl", HOSTILE[name]
    export.write_bytes(b"\n".join([bad, GOOD.encode(), b"", GOOD.encode(), bad]))
    left_out: Counter[LeftOut] = Counter()
    questions = [read.question for read in read_export(export, left_out)]

    assert ["when does it ship"] * 2 == questions
    assert {why: 2} == left_out


def test_empty_export(tmp_path: Path) -> None:
    """It has no lines."""
    (tmp_path / "empty.jsonl").touch()

    assert [] == list(read_export(tmp_path / "empty.jsonl", Counter()))


def test_missing_export(tmp_path: Path) -> None:
    """The error says what to give."""
    with pytest.raises(ConfigError, match=r"No such file or directory, give an export with: --from FILE"):
        list(read_export(tmp_path / "none.jsonl", Counter()))
