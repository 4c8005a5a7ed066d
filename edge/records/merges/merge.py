"""A merge of two sessions, what a PoP is asked and answers about it, and its message to the desk."""

from typing import Annotated

import msgspec

from edge.records.name import NAME_PATTERN
from edge.records.types import Utc

MERGE_SCHEMA = "skerry.merge/1"
"""The kind of message, and its version."""

_MARK, _UNDO_MARK = ".merge", ".undo"
"""End the id of a message. Those of a follow-up, a take-back and a consent end otherwise."""

_Why = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class NamedSession(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, order=True):
    """A session, as a ticket names it."""

    island: str
    """The island, as `tenant/island`."""
    session: Annotated[str, msgspec.Meta(pattern=r"\A(named|signed:ingest|signed:pop):[A-Za-z0-9._~-]{1,64}\Z")]
    """The pseudonym in its tickets. What an ingest calls the viewer is none."""


class MergeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/sessions/merge`: two sessions are of one person."""

    sessions: Annotated[tuple[NamedSession, ...], msgspec.Meta(min_length=2, max_length=2)]
    """Two sessions of one tenant, of one event or of two. Their order means nothing."""
    why: _Why
    """How it is known, in one line. It goes into the ledger and to the desk."""
    id: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """Tells a merge from an earlier one of the same sessions that was undone. The same request is the same merge."""


class MergeUndoRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/sessions/merge/undo`: the merge was wrong."""

    tenant: Annotated[str, msgspec.Meta(pattern=rf"\A{NAME_PATTERN}\Z")]
    """The tenant of the sessions."""
    merge: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
    """Id of the merge."""
    why: _Why
    """What was wrong, in one line."""


class MergeResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The merge or its undoing is durable, and on its way to the desk."""

    merge: str
    """Id of the merge (UUID), by which it is undone."""
    leaf: str
    """Hash of its leaf, for `GET /v1/receipts/{leaf}/proof`."""


class MergeMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A merge, or its undoing, on its way to origin."""

    id: str
    """Id of this message (`id_of`, `undo_id_of`). Origin recognises a repeated delivery by it."""
    created: Utc
    """When the PoP took it."""
    pop: str
    """Name of the PoP that took it."""
    tenant: str
    """The tenant of the sessions."""
    merge: str
    """Id of the merge."""
    sessions: tuple[NamedSession, ...] = ()
    """The two sessions; none: the merge is undone, whether it came before or comes later."""
    why: str
    """The reason."""
    schema: str = MERGE_SCHEMA
    """The kind of message."""

    @staticmethod
    def id_of(merge: str) -> str:
        """The id of the message of a merge, and its idempotency key at origin."""
        return f"{merge}{_MARK}"

    @staticmethod
    def undo_id_of(merge: str) -> str:
        """The same for the message that undoes it."""
        return f"{merge}{_UNDO_MARK}"

    @staticmethod
    def is_undo_id(message: str) -> bool:
        """True for the id of a message that undoes a merge."""
        return message.endswith(_UNDO_MARK)

    @staticmethod
    def merge_of(message: str) -> str:
        """The id of the merge, by that of such a message."""
        return message.removesuffix(_UNDO_MARK).removesuffix(_MARK)

    @staticmethod
    def is_id(message: str) -> bool:
        """True for the id of such a message."""
        return message.endswith((_MARK, _UNDO_MARK))
