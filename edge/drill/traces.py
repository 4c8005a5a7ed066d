"""What of a value may tell that two people are one: by which way, and in which form it is compared.

>>> sorted(traces_of("session", "signed:pop:zuF3kq0aBc"))
[(<Way.PSEUDONYM: 'pseudonym'>, 'signed:pop:zuF3kq0aBc'), (<Way.PSEUDONYM: 'pseudonym'>, 'zuF3kq0aBc')]
"""

import ipaddress
import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

Trace = tuple["Way", str]

MIN_ID_CHARACTERS = 8
"""A shorter word is a name that we gave, such as an outcome."""

MIN_WORD_CHARACTERS = 5
"""Shorter words are in everybody's questions."""

_PSEUDONYM_FIELDS = re.compile(r"session|subject|principal|contact|viewer|asker|pseudonym", re.IGNORECASE)
_PIECE = re.compile(rf"[A-Za-z0-9_~-]{{{MIN_ID_CHARACTERS},}}")
_WORD = re.compile(rf"[^\W\d_]{{{MIN_WORD_CHARACTERS},}}")
_ADDRESS = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)|(?<![\w:.])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:])"
)
"""What may be an address of IPv4 or IPv6."""

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(?:Z|\+00:00)?")
_EPOCHS = ((1.5e9, 2.5e9, 1e6), (1.5e12, 2.5e12, 1e3), (1.5e15, 2.5e15, 1.0))
"""From, to, and microseconds in one: seconds, milliseconds and microseconds since 1970, of 2017 to 2049."""


class Way(StrEnum):
    """By what two people are taken for one."""

    PSEUDONYM = "pseudonym"
    ID = "id"
    """Of a ticket, receipt, leaf or record."""
    ADDRESS = "address"
    TEXT = "text"
    TIME = "time"
    """The same moment, to the microsecond."""
    OTHER = "other"
    """Any other value of a field."""
    ORDER = "order"
    """Who came first in one event, and who in the other."""
    ALL = "all"
    PACKED = "packed"
    """The same 32-bit word in arrays of two events."""


def traces_of(field: str, value: str | float) -> Iterator[Trace]:
    """What is compared of one value, each with its way."""
    if not isinstance(value, str):
        moment = _moment(value)
        yield (Way.TIME, str(moment)) if moment is not None else (Way.OTHER, f"{field}={value}")
        return
    if _TIME.fullmatch(value):
        yield Way.TIME, str(round(datetime.fromisoformat(value).timestamp() * 1e6))
        return
    addresses = {address for found in _ADDRESS.findall(value) if (address := _address(found))}
    yield from ((Way.ADDRESS, address) for address in addresses)
    if " " in value:
        yield Way.TEXT, value.casefold()
        yield from ((Way.TEXT, word) for word in set(_WORD.findall(value.casefold())))
        return
    if addresses:
        return
    is_pseudonym = value.startswith("signed:") or _PSEUDONYM_FIELDS.search(field.rpartition(".")[2])
    pieces = {piece for piece in (value, *_PIECE.findall(value)) if _looks_drawn(piece)}
    yield from ((Way.PSEUDONYM if is_pseudonym else Way.ID, piece) for piece in pieces)
    if not pieces:
        yield Way.OTHER, f"{field}={value}"


def _looks_drawn(piece: str) -> bool:
    """True for what may be an id. A word of ours has no digit, and of 20 drawn letters one id in 30 has none."""
    return len(piece) >= MIN_ID_CHARACTERS and any(map(str.isdigit, piece))


def _moment(value: float) -> int | None:
    """Microseconds since 1970, if the number may be a time."""
    scale = next((scale for low, high, scale in _EPOCHS if low <= value < high), None)
    return round(value * scale) if scale is not None else None


def _address(text: str) -> str:
    """An IPv4 address, or the network of 64 bits of one of IPv6; empty for another text."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if address.version == 4:  # noqa: PLR2004 - as in IPv4
        return text
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
