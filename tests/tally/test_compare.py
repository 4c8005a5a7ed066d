"""`edge.tally.compare`: what people made of a suggested answer, by the words of their reply."""

import pytest

from edge.records import Suggestion
from edge.tally import compare_reply

ANSWER = "Orders ship within two weeks of the drop, and you get an e-mail with the tracking number."

REPLIES = {
    "word for word": (ANSWER, Suggestion.USED),
    "other case and signs": (ANSWER.upper().replace(",", " -") + " 🙏", Suggestion.USED),
    "as a desk's HTML": (f"<div><p>{ANSWER}</p><br></div>", Suggestion.USED),
    "with a greeting and a name": (f"Hi Anna, {ANSWER} Best, Tom", Suggestion.EDITED),
    "with a part left out": ("Orders ship within two weeks, you get an e-mail with the number.", Suggestion.EDITED),
    "in other words": ("We post it in a fortnight and tell you by mail.", Suggestion.IGNORED),
    "the same words in no order": (" ".join(sorted(ANSWER.split())), Suggestion.IGNORED),
    "nothing but signs": ("👍", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("reply", "expected"), REPLIES.values(), ids=REPLIES.keys())
def test_reply(reply: str, expected: Suggestion | None) -> None:
    """The measure is the one that `edge.tally` states."""
    assert expected == compare_reply(reply, ["Refunds take five days.", ANSWER])


def test_nothing_was_suggested() -> None:
    """Then nothing was ignored either."""
    assert compare_reply("We post it on Friday.", []) is None
    assert compare_reply("We post it on Friday.", ["🙏"]) is None


def test_long_reply_takes_no_time() -> None:
    """Both sides are cut; the same word over and over is difflib's worst."""
    assert Suggestion.USED == compare_reply("ha " * 50_000, ["ha " * 50_000])
