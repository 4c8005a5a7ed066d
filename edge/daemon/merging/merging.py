"""Merges of sessions: each is a leaf, and a message to the desk, durable before the response and in one transaction.

A merge has the id that follows from its content, so all PoPs give it the same one. A repetition changes nothing, also
at the same moment: the row of a merge is in that transaction, too (`edge.store.merges`). A merge that was undone stays
undone. This PoP itself treats merged sessions as before: it is people who see them as one.
"""

import uuid
from collections.abc import Callable
from datetime import datetime

import msgspec

from edge.config import OriginSection
from edge.daemon.consents import takes_records
from edge.daemon.handoff import Handoff
from edge.daemon.ledger import Ledger, log_of
from edge.daemon.limits import Limiter
from edge.daemon.sync import PopShelf
from edge.decide import check_labels
from edge.errors import BrokenRuleError
from edge.records import IslandName, Priority
from edge.records.ledger import LeafKind, LeafPayload
from edge.records.merges import MergeMessage, MergeRequest, MergeResponse, MergeUndoRequest, NamedSession
from edge.store.leaves import UNLISTED, NewLeaf
from edge.store.merges import NewMerge, StoredMerge
from edge.store.outbox import Parcel
from edge.store.payloads import session_digest

_MERGES = uuid.UUID("6c3f2f0e-9a51-4d7c-8b1e-2f5d7a6b9c04")


class Merging:
    """Takes merges. Belongs to the event loop. The sender must be known as the tenant's."""

    def __init__(
        self,
        *,
        pop: str,
        handoff: Handoff,
        ledger: Ledger,
        limiter: Limiter,
        origin: OriginSection,
        shelf: Callable[[], PopShelf],
        now: Callable[[], datetime],
    ) -> None:
        self._pop, self._handoff, self._ledger, self._limiter = pop, handoff, ledger, limiter
        self._origin, self._shelf, self._now = origin, shelf, now

    async def merge(self, request: MergeRequest) -> MergeResponse:
        """Merge two sessions; durable on return. A repetition has the same result.

        Raises `RefusedError`: `MALFORMED` as `tenant_of`, `TEXT_INVALID` for a reason with what is not seen,
        `OVERLOADED` when the outbox is full, `RATE_LIMITED` (a `LimitedError`); and `StorageError`.
        """
        check_labels(why=request.why, id=request.id)
        tenant, sessions = tenant_of(request), tuple(sorted(request.sessions))
        parts = (tenant, *(f"{one.island} {one.session}" for one in sessions), request.id)
        merge, first = str(uuid.uuid5(_MERGES, "\n".join(parts))), sessions[0]
        return await self._take(
            self._message(MergeMessage.id_of(merge), tenant, merge, request.why, sessions),
            LeafKind.MERGE,
            island=first.island,
            log=self._log(first),
            session=first.session,
            digests=tuple(session_digest(tenant, one.session) for one in sessions),
        )

    async def undo(self, request: MergeUndoRequest) -> MergeResponse:
        """Undo a merge, which may have been taken by another PoP; durable on return.

        Raises as `merge`, and `RefusedError` (`MALFORMED`) for a merge that this PoP knows as another tenant's.
        """
        check_labels(why=request.why)
        made = await self._known(MergeMessage.id_of(request.merge), request.tenant)
        return await self._take(
            self._message(MergeMessage.undo_id_of(request.merge), request.tenant, request.merge, request.why),
            LeafKind.MERGE_UNDONE,
            island="",
            log=made.log if made else f"{request.tenant}/{UNLISTED}",
            about=made.leaf if made else b"",
            digests=made.sessions if made else (),
        )

    async def _take(
        self,
        message: MergeMessage,
        kind: LeafKind,
        *,
        island: str,
        log: str,
        session: str = "",
        about: bytes = b"",
        digests: tuple[bytes, ...],
    ) -> MergeResponse:
        known = await self._known(message.id, message.tenant)
        if known is not None:
            return _told(message, known)
        self._limiter.count_posted(message.tenant)
        payload = LeafPayload(
            island=island,
            ticket=message.id,
            sessions=tuple(f"{one.island} {one.session}" for one in message.sessions),
            why=message.why,
        )
        at = message.created.timestamp()
        leaf = self._ledger.durable(log, kind, payload, at=at, session=session, about=about)
        # What is kept of an undoing goes with its merge, as a reply does with its ticket.
        await self._store(message, leaf._replace(ticket=MergeMessage.id_of(message.merge)), digests)
        # Of two at once, the first has made it.
        stored = await self._known(message.id, message.tenant)
        return _told(message, stored or StoredMerge(log, leaf.id, digests))

    async def _known(self, message: str, tenant: str) -> StoredMerge | None:
        """What is stored of a message. Its id alone is no proof: whose it is, its row says."""
        stored = await self._ledger.merge_of(message)
        if stored is not None and stored.log.partition("/")[0] != tenant:
            raise BrokenRuleError(f"the merge is of another tenant, expected one of '{tenant}'")
        return stored

    async def _store(self, message: MergeMessage, leaf: NewLeaf, digests: tuple[bytes, ...]) -> None:
        tenant = message.tenant
        origin = tenant if tenant in self._origin.tenants else ""
        merge = NewMerge(digests, forwards=takes_records(self._origin, tenant))
        payload = msgspec.json.encode(message)
        await self._handoff.put_parcel(
            Parcel(message.id, payload, Priority.ESCALATION, origin, None, tenant, leaf=leaf, merge=merge)
        )

    def _message(
        self, message_id: str, tenant: str, merge: str, why: str, sessions: tuple[NamedSession, ...] = ()
    ) -> MergeMessage:
        return MergeMessage(
            id=message_id,
            created=self._now(),
            pop=self._pop,
            tenant=tenant,
            merge=merge,
            sessions=sessions,
            why=why,
        )

    def _log(self, session: NamedSession) -> str:
        slot = self._shelf().get(IslandName.parse(session.island))
        return log_of(session.island, slot.entry if slot else None, is_known=slot is not None)


def _told(message: MergeMessage, stored: StoredMerge) -> MergeResponse:
    return MergeResponse(merge=message.merge, leaf=stored.leaf.hex())


def tenant_of(request: MergeRequest) -> str:
    """The one tenant of both sessions. Raises `RefusedError` (`MALFORMED`) for two tenants, or one session twice."""
    first, second = request.sessions
    tenant, other = IslandName.parse(first.island).tenant, IslandName.parse(second.island).tenant
    if tenant != other:
        raise BrokenRuleError("the two sessions are of two tenants, expected sessions of one")
    if first == second:
        raise BrokenRuleError("the two sessions are the same, expected two")
    return tenant
