"""Which texts can be a question, and which words may come with one?"""

import unicodedata

from edge.errors import Reason, RefusedError

MAX_TEXT_CHARACTERS = 2_000
"""Four times the limit of large chat services, which is 500 characters."""


def check_text(text: str) -> None:
    """Refuse a text that is empty, too long or has control characters.

    Raises `RefusedError` (`TEXT_INVALID`); the viewer's page must send another text.
    """
    if not text.strip():
        raise RefusedError("text is empty, expected a question", reason=Reason.TEXT_INVALID)
    if len(text) > MAX_TEXT_CHARACTERS:
        raise RefusedError(
            f"text is {len(text)} characters, expected at most {MAX_TEXT_CHARACTERS}", reason=Reason.TEXT_INVALID
        )
    if text.isprintable():
        return
    for index, character in enumerate(text):
        if _is_control(character):
            raise RefusedError(
                f"text holds U+{ord(character):04X} at character {index + 1}, expected no control characters",
                reason=Reason.TEXT_INVALID,
            )


def check_labels(**labels: str) -> None:
    """Refuse a session, channel, locale or consent with a character that is not seen: people read them in one line.

    `labels`: the values by their field's name. Raises `RefusedError` (`TEXT_INVALID`), which quotes none of them.
    """
    for field, label in labels.items():
        if label.isprintable():
            continue
        for index, character in enumerate(label):
            if unicodedata.category(character) in _UNSEEN:
                raise RefusedError(
                    f"{field} holds U+{ord(character):04X} at character {index + 1},"
                    " expected no control, format or line separator characters",
                    reason=Reason.TEXT_INVALID,
                )


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories: controls, format (bidi overrides, zero width), half characters, separators of lines."""


def _is_control(character: str) -> bool:
    """True for C0 and C1 controls except tab and line ends, and for surrogates, which are half a character."""
    if character in "\t\n\r":
        return False
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000  # noqa: PLR2004 - Unicode's own blocks
