"""A pseudo-locale: English with accents, longer by half, and in brackets, so that what is not translated is seen."""

import re

OPEN, CLOSE = "\u27e6", "\u27e7"
LONGER = 1.5
"""German and Finnish are a third longer than English; a short word may be twice as long."""

_LEAST_LONGER = 6
_ACCENTS = str.maketrans(
    "aceinouyACEINOUY",
    "\u00e0\u00e7\u00e9\u00ee\u00f1\u00f6\u00fb\u00fd\u00c0\u00c7\u00c9\u00ce\u00d1\u00d6\u00db\u00dd",
)
_FILLER = " l\u00f6rem \u00efpsum d\u00f6lor"
_PLACE = re.compile(r"(\{\w+\})")


def pseudo(text: str) -> str:
    """The text as the pseudo-locale has it; `{…}` is kept."""
    accented = "".join(one if _PLACE.fullmatch(one) else one.translate(_ACCENTS) for one in _PLACE.split(text))
    more = max(_LEAST_LONGER, round(len(text) * (LONGER - 1)))
    return f"{OPEN}{accented}{(_FILLER * (more // len(_FILLER) + 1))[:more].rstrip()}{CLOSE}"


def is_pseudo(text: str) -> bool:
    """True if all of the text is in brackets; signs without letters need none."""
    return re.fullmatch(rf"(\s*{OPEN}[^{OPEN}{CLOSE}]*{CLOSE})+\s*", text) is not None


def pattern(text: str) -> re.Pattern[str]:
    """Finds the catalogue's text in what is shown, with any values filled in."""
    return re.compile(_PLACE.sub(".*?", re.escape(pseudo(text)).replace(r"\{", "{").replace(r"\}", "}")), re.DOTALL)
