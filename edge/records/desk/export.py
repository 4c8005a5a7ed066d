"""One line of an export: what a viewer asked, and what people and viewer did about it.

`GET /v1/export`, `skerry desk export` and `skerry island export` write it, `skerry island learn` reads it. It names no
session, no viewer and no ticket. `islands/export.md` describes the format.
"""

import msgspec

from edge.records.decision import Outcome
from edge.records.tally import Suggestion
from edge.records.types import Utc


class ExportLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question of a desk's export. Unknown fields are refused: one may name a viewer."""

    question: str
    """The question in the viewer's words."""
    outcome: Outcome
    """What the machine did with it."""
    offered: tuple[str, ...] = ()
    """Ids of the snippets that the viewer was offered or answered with, or that the ticket suggested; best first."""
    taken: str | None = None
    """Id of the offered snippet that the viewer picked; empty: none of them; None: nothing was picked or refused."""
    used: str = ""
    """Id of the snippet that people answered with; empty: none, or it is not known."""
    suggestion: Suggestion | None = None
    """What people did with the answer that the ticket suggested; None if it is not known."""
    reply: str = ""
    """People's reply; empty without one."""
    at: Utc
    """When the viewer asked."""
