"""What people wrote in a desk, for a line of an export."""

from collections.abc import Iterable
from itertools import islice

_FIRST_REPLIES = 3


def unquoted(text: str) -> str:
    """A viewer's words, which were made inert for a desk that renders Markdown."""
    return text[1:-1] if len(text) > 1 and text.startswith("`") and text.endswith("`") else text


def likely_answer(replies: Iterable[str]) -> str:
    """The longest of people's first three replies: greetings before an answer are shorter. Empty if there is none."""
    return max((reply for reply in islice(filter(None, replies), _FIRST_REPLIES)), key=len, default="")
