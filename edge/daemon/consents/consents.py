"""Consents on one PoP: which are in force for a session, and new records of what a viewer gives or takes back.

The rows are in the outbox's file. Those of the sessions that were active last are in memory, too, so that a question
does not wait for the disk; for any other session the file is asked.

**Crashes.** A record is durable before its viewer hears of it. A process that dies after that finds it in the file.
"""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from edge.config import OriginSection
from edge.consent import (
    MAX_SKEW_S,
    Known,
    Permission,
    check_given,
    check_withdrawal,
    given_record,
    in_force,
    known_of,
    looks_like_token,
    make_consent_token,
    permission,
    read_consent_token,
    records_to_name,
    sign_record,
    subject_of,
    withdrawal_record,
)
from edge.daemon.consents.parcels import MakeLeaf, TakenConsent, consent_parcel
from edge.daemon.handoff import Handoff
from edge.errors import RefusedError, StorageError
from edge.host import RecentlyUsed
from edge.records import Island, IslandName
from edge.records.consent import ConsentRecord, GivenPurpose
from edge.trust import PopSigner

MAX_REMEMBERED = 20_000
"""Sessions whose consents are in memory, about 0.5 KiB each."""


class Consents:
    """The consents of one PoP. Belongs to the event loop.

    `signer`: the PoP's key; None if it cannot be opened: then no consent is taken. `secrets`: the fleet's, the first of
    which names viewers; `former`: a session's pseudonyms under the others. `life_s`: how long a consent is good here.
    """

    def __init__(
        self,
        *,
        pop: str,
        handoff: Handoff,
        origin: OriginSection,
        signer: PopSigner | None,
        secrets: Callable[[], Sequence[bytes]],
        make_leaf: MakeLeaf,
        life_s: float,
        now: Callable[[], datetime],
        former: Callable[[str], Sequence[str]] = lambda _session: (),
        max_remembered: int = MAX_REMEMBERED,
    ) -> None:
        self._pop, self._handoff, self._signer, self._secrets = pop, handoff, signer, secrets
        self._origin, self._life_s, self._now, self._make_leaf = origin, life_s, now, make_leaf
        self._known: RecentlyUsed[str, tuple[Known, ...]] = RecentlyUsed(max_remembered)
        self._former, self._max_remembered, self._has_read, self._is_whole = former, max_remembered, False, True

    async def permission(
        self,
        name: IslandName,
        island: Island | None,
        session: str,
        *,
        shown: str = "",
        taken: TakenConsent | None = None,
    ) -> Permission:
        """What may be done with the words of `session` on the island now. Fast without `[consent]`.

        `shown`: what came as `consent` with the question; a token that is not good counts as none. `taken`: a consent
        that came with it. If the disk cannot be read, nothing is in force: what needs no consent is answered.
        """
        if island is None or not island.purposes:
            return permission(island, ())
        try:
            consents = await self.in_force(name, session, shown=shown, taken=taken)
        except StorageError:
            # Not those of `shown` either: the file may have their withdrawal.
            consents = ()
        return permission(island, consents, subject=next(iter(self.subjects(name, session)), ""))

    async def in_force(
        self, name: IslandName, session: str, *, shown: str = "", taken: TakenConsent | None = None
    ) -> tuple[Known, ...]:
        """The consents of a session that are in force now. As `permission`; raises `StorageError` if the disk fails."""
        if not session:
            return ()
        known = list(await self._all_known(self.subjects(name, session)))
        if looks_like_token(shown):
            with suppress(RefusedError):
                known += self.read_token(name, session, shown)
        if taken is not None:
            known += taken.known
        return in_force(known, now=self._now().timestamp())

    def read_token(self, name: IslandName, session: str, token: str) -> tuple[Known, ...]:
        """The consents in a token. Raises `RefusedError` (`TOKEN_INVALID`) as `edge.consent.read_consent_token`."""
        return read_consent_token(
            token,
            name=name,
            subjects=self.subjects(name, session),
            secrets=self._secrets(),
            now=self._now().timestamp(),
        )

    def token(self, name: IslandName, session: str, consents: Sequence[Known]) -> str | None:
        """The token of consents in force; None without any."""
        if not consents or self._signer is None:
            return None
        secret = self._secrets()[0]
        return make_consent_token(
            name,
            subject_of(name, session, secret=secret),
            consents,
            sign=self._signer.sign_as,
            public=self._signer.public,
            secret=secret,
        )

    async def has_room(self) -> bool:
        """True if one more consent will be taken. A withdrawal always has room."""
        if self._signer is None:
            return False
        try:
            return await self._handoff.read_consents(lambda rows: rows.has_room())
        except StorageError:
            return False

    async def has(self, name: IslandName, session: str, record: str) -> bool:
        """True if a record of the session is here, in force or not. False also if the disk cannot be read."""
        try:
            return any(one.record == record for one in await self._all_known(self.subjects(name, session)))
        except StorageError:
            return False

    def give(
        self, name: IslandName, island: Island, session: str, gives: Sequence[GivenPurpose], *, record_id: str = ""
    ) -> TakenConsent:
        """A consent that is to be stored. `record_id`: its id; empty: a new one.

        Raises `RefusedError` as `check_given`, `StorageError` without a key.
        """
        given, now = check_given(island, gives), self._now()
        record = given_record(
            given,
            record_id=record_id or str(uuid.uuid4()),
            subject=self.subjects(name, session)[0],
            name=name,
            revision=island.revision,
            pop=self._pop,
            now=now,
        )
        valid_s = min(self._life_s, *(purpose.valid_s for purpose, _ in given))
        return self._taken(record, name, session, until=now.timestamp() + valid_s)

    async def take_back(
        self, name: IslandName, revision: int, session: str, purposes: Sequence[str], *, more: Sequence[Known] = ()
    ) -> TakenConsent:
        """A withdrawal to be stored; raises as `check_withdrawal`. `more`: consents elsewhere, which a token proves."""
        now, subjects = self._now(), self.subjects(name, session)
        try:
            known = [*await self._all_known(subjects), *more]
        except StorageError:
            # It ends all older consents, also those that it does not name.
            known = list(more)
        check_withdrawal(known, purposes, now=now.timestamp())
        record = withdrawal_record(
            purposes,
            record_id=str(uuid.uuid4()),
            subject=subjects[0],
            name=name,
            revision=revision,
            pop=self._pop,
            now=now,
            withdraws=records_to_name(known, purposes),
        )
        # Longer than any consent that it ends, and any token of one.
        return self._taken(record, name, session, until=now.timestamp() + self._life_s + MAX_SKEW_S)

    async def store(self, taken: TakenConsent) -> None:
        """Store a record; durable on return. Raises as `Handoff.put_consent`.

        A withdrawal that the disk refuses holds on this PoP all the same, until it stops.
        """
        try:
            await self._handoff.put_consent(taken.parcel)
        except StorageError:
            if taken.is_withdrawal:
                self.note(taken.unstored())
            raise
        self.note(taken)

    def note(self, taken: TakenConsent) -> None:
        """Remember a record that was stored."""
        known = self._known.get(taken.subject)
        if known is None and not ((self._has_read and self._is_whole) or taken.is_withdrawal):
            # The file may have more of this viewer: it is read when she asks again.
            return
        self._keep(taken.subject, (*(known or ()), *taken.known))

    def subjects(self, name: IslandName, session: str) -> tuple[str, ...]:
        """The pseudonyms of a session in records, that of today first: one for each of its names and each secret."""
        names = (session, *self._former(session)) if session else ()
        return tuple(subject_of(name, one, secret=secret) for one in names for secret in self._secrets())

    async def _all_known(self, subjects: Sequence[str]) -> tuple[Known, ...]:
        if not self._has_read:
            await self._read()
        found = [self._known.get(subject) for subject in subjects]
        if self._is_whole or all(one is not None for one in found[:1]):
            return tuple(known for one in found if one is not None for known in one)
        known = await self._handoff.read_consents(lambda rows: rows.of(subjects))
        self._keep(subjects[0], known)
        return known

    async def _read(self) -> None:
        """Read what was stored before the start."""
        limit = self._max_remembered
        rows = await self._handoff.read_consents(lambda rows: rows.newest(limit))
        self._is_whole = len(rows) < limit
        for subject, known in rows:
            self._keep(subject, (*(self._known.get(subject) or ()), *known))
        self._has_read = True

    def _keep(self, subject: str, known: tuple[Known, ...]) -> None:
        now = self._now().timestamp()
        self._known.put(subject, tuple(dict.fromkeys(one for one in known if now < one.expires)))
        # From now on a session that is not remembered may be in the file.
        self._is_whole = self._is_whole and len(self._known) < self._max_remembered

    def _taken(self, record: ConsentRecord, name: IslandName, session: str, *, until: float) -> TakenConsent:
        if self._signer is None:
            raise StorageError("the key of this PoP cannot be opened, so no consent is recorded")
        message = sign_record(record, island=str(name), sign=self._signer.sign_as, public=self._signer.public)
        known = known_of(record, expires=until)
        leaf = self._make_leaf(record, name, session)
        parcel = consent_parcel(message, record, known, leaf, origin=self._origin, until=until)
        return TakenConsent(record.record_id, record.pii_principal_id, known, parcel)
