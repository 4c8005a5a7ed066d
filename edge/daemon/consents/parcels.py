"""A consent record on its way: to the tenant's desk if that takes records, else it stays on this PoP."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import msgspec

from edge.config import OriginSection
from edge.consent import Known
from edge.records import IslandName, Priority
from edge.records.consent import ConsentMessage, ConsentRecord
from edge.store.consents import NewConsent
from edge.store.leaves import NewLeaf
from edge.store.outbox import Parcel

_WITHOUT_RECORDS = frozenset({"chatwoot", "zammad"})
"""Kinds of desks whose API has no place for a record that is no ticket."""


def takes_records(origin: OriginSection, tenant: str) -> bool:
    """False if the desk of a tenant has no place for a record that is no ticket."""
    return origin.tenants.get(tenant, origin).kind not in _WITHOUT_RECORDS


MakeLeaf: TypeAlias = Callable[[ConsentRecord, IslandName, str], NewLeaf]
"""Makes the leaf of a record of an island and a session, to be stored with it."""


class TakenConsent(NamedTuple):
    """A record that a viewer's request made and that is not stored yet."""

    record: str
    """Its id."""
    subject: str
    known: tuple[Known, ...]
    """What it says of each purpose, as this PoP needs it."""
    parcel: Parcel

    @property
    def leaf(self) -> str:
        """Hash of its leaf in hexadecimal digits."""
        return self.parcel.leaf.id.hex() if self.parcel.leaf else ""

    @property
    def is_withdrawal(self) -> bool:
        """False for a consent."""
        return not all(one.is_given for one in self.known)

    def unstored(self) -> "TakenConsent":
        """A withdrawal that the disk refused, to be remembered: without an id, so the next one names the same."""
        return self._replace(known=tuple(one._replace(record="") for one in self.known))


def consent_parcel(
    message: ConsentMessage,
    record: ConsentRecord,
    known: tuple[Known, ...],
    leaf: NewLeaf | None = None,
    *,
    origin: OriginSection,
    until: float,
) -> Parcel:
    """The parcel of a signed record and its leaf. `until`: when it stops to matter on this PoP (Unix seconds)."""
    tenant = IslandName.parse(message.island).tenant
    forwards = takes_records(origin, tenant)
    ends = record.event.valid_until
    stays = until if forwards or ends is None else ends.timestamp()
    return Parcel(
        message.id,
        msgspec.json.encode(message),
        Priority.CONSENT,
        tenant if tenant in origin.tenants else "",
        None,
        tenant,
        leaf=leaf,
        consent=NewConsent(record.record_id, record.pii_principal_id, known, stays, forwards),
    )
