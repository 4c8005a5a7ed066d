r"""Words that a stranger chose, made safe to show: on a terminal, in a line of the log, in a desk's Markdown.

A stranger is a viewer, a desk, a publisher's mirror, or a file that somebody else wrote. Nothing here says what may be
asked: `decide/text.py` does.

>>> one_line("safe\u202etxt.exe\n")
'safe\\u202etxt.exe\\u000a'
>>> as_markdown("![](https://tracker.example)")
'`![](https://tracker.example)`'
"""

import re
from typing import Final

_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that are drawn as nothing, though Unicode calls them printable."""

_LINE_ENDS = re.compile(r"[\t\n\r ]+")
_ORDINARY = re.compile(r"[^\W_](?:[^\W_]|[ ,;?!'\u2019%$€£]|-(?=[^\W_])|\.(?= |$))*")
"""Text in which no Markdown and no address can be: letters, digits, the usual punctuation, and full stops at ends."""

_NUMBERED = re.compile(r"[0-9]+\.")
_MENTION = re.compile("(mention:)(?=//)", re.IGNORECASE)
"""Chatwoot looks for mentions in the raw text, code spans included, and pages whom they name."""


def is_shown(character: str) -> bool:
    """True if the character is drawn as itself: no control, format or bidi sign, separator or half character."""
    return character.isprintable() and character not in _BLANK


def one_line(text: str) -> str:
    r"""The text in one line. Characters that are not drawn as themselves become `\uXXXX`, as JSON writes them."""
    if text.isprintable() and _BLANK.isdisjoint(text):
        return text
    return "".join(character if is_shown(character) else _escaped(character) for character in text)


def in_lines(text: str) -> str:
    r"""The text with its lines; what is not drawn as itself becomes `\uXXXX`. JSON means the same to a program."""
    return "\n".join(map(one_line, text.split("\n")))


def as_markdown(text: str) -> str:
    """The words in one line that any Markdown renderer shows as text.

    An ordinary sentence stays as it is. Anything else becomes a code span, in which no link, image, mention or heading
    can be, even where the renderer makes links of bare addresses.
    """
    line = one_line(_LINE_ENDS.sub(" ", text)).strip()
    return line if _ORDINARY.fullmatch(line) and not _NUMBERED.match(line) else _code_span(line)


def quoted(text: str) -> str:
    """As `as_markdown`, and always a code span, so that a reader sees where the words begin and end."""
    return _code_span(one_line(_LINE_ENDS.sub(" ", text)).strip())


def _code_span(line: str) -> str:
    inert = _MENTION.sub(r"\1 ", line.replace("`", _escaped("`")))
    return f"`{inert}`" if inert else ""


def _escaped(character: str) -> str:
    raw = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{raw[at : at + 2].hex()}" for at in range(0, len(raw), 2))
