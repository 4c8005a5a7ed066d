"""What may be a question at all."""

from edge.errors import Reason, RefusedError

MAX_TEXT_CHARACTERS = 2_000
"""Large chat services stop a message at 500 characters; four times that is a story, not a question."""


def check_text(text: str) -> None:
    """Raise `RefusedError` unless `text` is something a person may have asked."""
    if not text.strip():
        raise RefusedError("text is empty, expected a question", reason=Reason.TEXT_INVALID)
    if len(text) > MAX_TEXT_CHARACTERS:
        raise RefusedError(
            f"text is {len(text)} characters, expected at most {MAX_TEXT_CHARACTERS}", reason=Reason.TEXT_INVALID
        )
    for place, character in enumerate(text):
        if _is_control(character):
            raise RefusedError(
                f"text holds U+{ord(character):04X} at character {place + 1}, expected no control characters",
                reason=Reason.TEXT_INVALID,
            )


def _is_control(character: str) -> bool:
    """C0 and C1 controls but for tab and line ends, and surrogates, which are no characters at all."""
    if character in "\t\n\r":
        return False
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000  # noqa: PLR2004 - Unicode's own blocks
