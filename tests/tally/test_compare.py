"""`edge.tally.compare`: what people did with a suggested answer, by the words of their reply."""

import pytest

from edge.records import Suggestion
from edge.tally import compare_reply

ANSWER = "Orders ship within two weeks of the drop, and you get an e-mail with the tracking number."

REPLIES = {
    "word for word": (ANSWER, Suggestion.USED),
    "other case and punctuation": (ANSWER.upper().replace(",", " -") + " 🙏", Suggestion.USED),
    "as a desk's HTML": (f"<div><p>{ANSWER}</p><br></div>", Suggestion.USED),
    "with a greeting and a name": (f"Hi Anna, {ANSWER} Best, Tom", Suggestion.EDITED),
    "with a part left out": ("Orders ship within two weeks, you get an e-mail with the number.", Suggestion.EDITED),
    "in other words": ("We post it in a fortnight and tell you by mail.", Suggestion.IGNORED),
    "the same words in another order": (" ".join(sorted(ANSWER.split())), Suggestion.IGNORED),
    "emoji alone": ("👍", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("reply", "expected"), REPLIES.values(), ids=REPLIES.keys())
def test_reply(reply: str, expected: Suggestion | None) -> None:
    """The reply is compared with the most similar suggested answer."""
    assert expected == compare_reply(reply, ["Refunds take five days.", ANSWER])


def test_nothing_was_suggested() -> None:
    """Without a suggestion there is no result."""
    assert compare_reply("We post it on Friday.", []) is None
    assert compare_reply("We post it on Friday.", ["🙏"]) is None


def test_long_reply_is_cut() -> None:
    """Both texts are cut. Repeated words are the worst case of difflib."""
    assert Suggestion.USED == compare_reply("ha " * 50_000, ["ha " * 50_000])
