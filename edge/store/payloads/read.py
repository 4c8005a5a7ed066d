"""Payloads for their tenant, as they are stored. Nobody here can read them."""

from datetime import UTC, datetime

from edge.records.payloads import PayloadQuery, SealedPayload, SealedPayloads
from edge.store.payloads.payload_store import PayloadStore

MAX_PAGE = 200
MAX_PAGE_BYTES = 1_500_000
"""Written in Base64, it is within what a command on the same machine takes at once (4 MiB)."""

_READ = (
    "SELECT place, leaf, event, class, ticket, at, box, content FROM payloads JOIN keys USING (slot)"
    " JOIN sealed USING (slot) JOIN contents USING (place)"
    " WHERE tenant = ? AND ? IN ('', event) AND place > ? ORDER BY place LIMIT ?"
)


def read_payloads(store: PayloadStore, query: PayloadQuery) -> SealedPayloads:
    """One page of a tenant's payloads, by their place. Raises `StorageError`."""
    with store.reading() as connection:
        rows = connection.execute(_READ, (query.tenant, query.event, query.after, MAX_PAGE + 1))
        payloads, size, last = list[SealedPayload](), 0, None
        for place, leaf, event, retention_class, ticket, at, box, content in rows:
            size += len(content)
            if payloads and (len(payloads) == MAX_PAGE or size > MAX_PAGE_BYTES):
                return SealedPayloads(payloads=tuple(payloads), next=last)
            last = place
            payloads.append(
                SealedPayload(
                    leaf=leaf,
                    tenant=query.tenant,
                    event=event,
                    retention_class=retention_class,
                    ticket=ticket,
                    at=datetime.fromtimestamp(at, UTC),
                    key=box,
                    content=content,
                )
            )
    return SealedPayloads(payloads=tuple(payloads))
