"""Load reports in the reply to a delivered ticket: the fields of `PUT /v1/load` as headers of a 2xx answer.

    Skerry-Desk-Token: <token of the tenant's desk>      required, as are the next three
    Skerry-Queue-Depth: 12
    Skerry-Wait-Seconds: 30.5
    Skerry-Agents: 4
    Skerry-Free-Agents, Skerry-Callbacks, Skerry-Handle-Seconds, Skerry-Pops     may be left out

Numbers are decimal digits; seconds may have a fraction. Other headers are ignored. Pure: headers in, a load report out.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.host import safe_detail
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


class ReplyLoad(NamedTuple):
    """A load report, and the desk token that came with it; empty without one. The caller checks the token."""

    report: LoadReport
    token: str


def is_load_header(name: str) -> bool:
    """True if a header belongs to a load report. Case is ignored."""
    return name.lower() in _FIELDS or name.lower() == _TOKEN


def read_load_headers(headers: Iterable[tuple[str, str]], *, tenant: str) -> ReplyLoad:
    """Read the load report of `tenant` from the headers of a reply.

    Raises `RefusedError`: `MALFORMED` if a value is not a number or a required header is missing, `CONTRADICTORY` if a
    header comes twice.
    """
    values: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key in values:
            raise RefusedError(f"the reply has header {key} twice, expected it once", reason=Reason.CONTRADICTORY)
        if is_load_header(key):
            values[key] = value
    token = values.pop(_TOKEN, "")
    fields: dict[str, object] = {"tenant": tenant}
    for key, value in values.items():
        field, form = _FIELDS[key]
        if form.fullmatch(value) is None:
            raise RefusedError(f"header {key} of the reply is not a number, expected digits without a sign")
        fields[field] = float(value) if form is _SECONDS else int(value)
    try:
        return ReplyLoad(msgspec.convert(fields, LoadReport), token)
    except msgspec.ValidationError as error:
        raise RefusedError(f"the reply is not a load report: {safe_detail(error)}") from error
