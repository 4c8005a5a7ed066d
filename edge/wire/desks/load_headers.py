"""People's load in the reply to a delivered ticket: what `PUT /v1/load` takes as JSON, as headers of a 2xx answer.

    Skerry-Desk-Token: <the tenant's desk's token>       required, with the first three
    Skerry-Queue-Depth: 12
    Skerry-Wait-Seconds: 30.5
    Skerry-Agents: 4
    Skerry-Free-Agents, Skerry-Callbacks, Skerry-Handle-Seconds, Skerry-Pops     may be left out

Numbers are decimal digits, seconds may have a fraction. Other headers are not looked at. Pure: pairs in, a report out.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import LoadReport

_TOKEN = "skerry-desk-token"  # noqa: S105 - a header's name
_COUNT = re.compile(r"[0-9]{1,9}")
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_FIELDS = {
    "skerry-queue-depth": ("queue_depth", _COUNT),
    "skerry-wait-seconds": ("wait_s", _SECONDS),
    "skerry-agents": ("agents", _COUNT),
    "skerry-free-agents": ("free_agents", _COUNT),
    "skerry-callbacks": ("callbacks", _COUNT),
    "skerry-handle-seconds": ("handle_s", _SECONDS),
    "skerry-pops": ("pops", _COUNT),
}


class SaidLoad(NamedTuple):
    """A report, and the token that its sender showed; empty: none."""

    report: LoadReport
    token: str


def is_load_header(name: str) -> bool:
    """Whether a header is one of these, however it is spelt."""
    return name.lower() in _FIELDS or name.lower() == _TOKEN


def read_load_headers(headers: Iterable[tuple[str, str]], *, tenant: str) -> SaidLoad:
    """What these headers of a reply say about the tenant's people.

    Raises `RefusedError`: a number that is none, half a report (`MALFORMED`), a header twice (`CONTRADICTORY`).
    """
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key in found:
            raise RefusedError(f"the reply says {key} twice, expected it once", reason=Reason.CONTRADICTORY)
        if is_load_header(key):
            found[key] = value
    token = found.pop(_TOKEN, "")
    fields: dict[str, object] = {"tenant": tenant}
    for key, value in found.items():
        field, form = _FIELDS[key]
        if form.fullmatch(value) is None:
            raise RefusedError(f"the reply's {key} is no number, expected digits without a sign")
        fields[field] = float(value) if form is _SECONDS else int(value)
    try:
        return SaidLoad(msgspec.convert(fields, LoadReport), token)
    except msgspec.ValidationError as error:
        raise RefusedError(f"the reply is not a load report: {error}") from error
