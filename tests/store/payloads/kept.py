"""Payloads of viewers, kept in a store, and searches in the raw bytes of a state folder."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey

from edge.ledger import PayloadPlace, commitment, decrypt_payload, open_sealed_key
from edge.records.payloads import EraseRequest, ErasureScope, HoldRequest, PayloadQuery, SealedPayload
from edge.store.payloads import NewPayload, PayloadStore, read_payloads

NOW = 1_800_000_000.0
TENANT = PrivateKey(b"\x01" * 32)
PUBLIC = bytes(TENANT.public_key)
SALT = b"\x05" * 32


def words(leaf: str) -> bytes:
    """What the viewer said: different for each leaf."""
    return f"the words of {leaf}, which are of nobody's concern".encode()


def payload(leaf: str, session: str, *, at: float = NOW, **other: Any) -> NewPayload:
    """A payload of a session of acme's summer."""
    about = {"tenant": "acme", "event": "summer", "retention_class": "answer"} | other
    return NewPayload(session=session, leaf=leaf, opening=SALT + words(leaf), at=at, is_reply=False, **about)


def keep(store: PayloadStore, *payloads: NewPayload) -> None:
    """Keep them, durable."""
    for one in payloads:
        store.keep(one, PUBLIC)
    store.write()


def pages(store: PayloadStore, tenant: str = "acme", event: str = "") -> Iterator[SealedPayload]:
    """All payloads of a tenant, as they are exported."""
    after: int | None = 0
    while after is not None:
        page = read_payloads(store, PayloadQuery(tenant=tenant, event=event, after=after))
        yield from page.payloads
        after = page.next


def read(one: SealedPayload, private: PrivateKey = TENANT) -> bytes:
    """The words of a payload, proven against the commitment that its leaf has."""
    place = PayloadPlace(one.tenant, one.event, one.retention_class, one.leaf)
    found = decrypt_payload(one.content, place, key=open_sealed_key(one.key, bytes(private)))
    assert commitment(found) == commitment(SALT + words(one.leaf))
    return found[len(SALT) :]


def leaves(store: PayloadStore, tenant: str = "acme") -> list[str]:
    """The leaves whose payloads the tenant can read."""
    found = list(pages(store, tenant))
    assert [words(one.leaf) for one in found] == [read(one) for one in found]
    return [one.leaf for one in found]


def left_in(folder: Path, needles: list[bytes]) -> list[bytes]:
    """Those of `needles` that are anywhere in the bytes of any file below `folder`."""
    contents = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    return [needle for needle in needles if any(needle in content for content in contents)]


def stored_bytes(state: Path) -> list[bytes]:
    """All sealed keys and contents in the file, as SQLite reads them."""
    connection = sqlite3.connect(state / "payloads" / "payloads.db")
    try:
        boxes = connection.execute("SELECT box FROM sealed JOIN keys USING (slot)").fetchall()
        contents = connection.execute("SELECT content FROM contents JOIN payloads USING (place)").fetchall()
    finally:
        connection.close()
    # Any part would do for somebody who looks for it: the middle of each, which no header overlaps.
    return [row[0][16:48] for row in (*boxes, *contents)]


def of(scope: str, *names: str, tenant: str = "acme") -> EraseRequest:
    """A request to erase."""
    return EraseRequest(scope=ErasureScope(scope), tenant=tenant, names=names)


def to_hold(scope: str, name: str, tenant: str = "acme") -> HoldRequest:
    """A request to hold or release."""
    return HoldRequest(scope=ErasureScope(scope), tenant=tenant, name=name)
