"""The fast part of compiling an island: it signs each snippet for one revision, and opens the island as a PoP would.

It takes some milliseconds, so it can be done while the repository is locked.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from edge.errors import Reason, RefusedError
from edge.publish.compile.prepare import Prepared
from edge.publish.compile.purposes import sign_purposes
from edge.publish.compile.signed_document import signed
from edge.publish.keys import PrivateKey
from edge.publish.repository import SignedIsland
from edge.publish.source import SnippetSource, duration_s
from edge.records import HarmPolicy, Island, SignedSnippet, SnippetDocument, StreamPolicy, TargetCustom
from edge.records.filters import FiltersPolicy
from edge.records.locales import SignedLocale
from edge.stored_words import stored_word
from edge.triage import normalise
from edge.trust import open_stored_island

_Policy = TypeVar("_Policy", HarmPolicy, StreamPolicy, FiltersPolicy)

MAX_ISLAND_BYTES = 4_194_304
"""A PoP's default limit (`publisher.max_island_bytes`)."""


def sign_island(
    prepared: Prepared, *, revision: int, signer: PrivateKey, now: datetime, sealing: bytes = b""
) -> SignedIsland:
    """The island with signed snippets, as bytes. Raises `RefusedError` if a PoP could not open them (`pack_island`).

    `sealing`: the tenant's public sealing key, empty if it has none.
    """
    source = prepared.source
    now = now.replace(microsecond=0)
    snippets = tuple(_sign_snippet(prepared, snippet, revision, signer, now) for snippet in source.snippets)
    island = assemble_island(prepared, snippets, revision=revision, sealing=sealing)
    return pack_island(replace(island, purposes=sign_purposes(source, revision, signer, now)), signer=signer)


def assemble_island(
    prepared: Prepared, snippets: tuple[SignedSnippet, ...], *, revision: int, sealing: bytes = b""
) -> Island:
    """The island's record with these snippets. A dry run uses unsigned ones (`unsigned_snippet`)."""
    source = prepared.source
    return Island(
        tenant=source.tenant,
        island=source.island,
        revision=revision,
        title=source.title,
        event=source.event or UNSET,
        locale=source.locale,
        opens=source.opens,
        closes=source.closes,
        expires=source.expires,
        max_stale_s=duration_s(source.max_stale),
        target_precision=source.target_precision,
        # Unset means "of each answer", so that such an island is written as by releases that knew nothing else.
        promise=source.promise if source.promise.is_of_all else UNSET,
        default_lane=source.default_lane,
        routes=source.routes,
        about=prepared.about or UNSET,
        not_about=tuple(filter(None, map(normalise, source.not_about))) or UNSET,
        context=source.context,
        harm=_unless_usual(source.harm, HarmPolicy()),
        offers=source.offers or UNSET,
        ramp=source.ramp or UNSET,
        surge=source.surge,
        sessions=source.sessions,
        stream=_unless_usual(source.stream, StreamPolicy()),
        filters=_unless_usual(source.filters, FiltersPolicy()),
        trees=source.trees,
        sealing=sealing or UNSET,
        snippets=snippets,
        head=prepared.head,
        golden=prepared.golden,
    )


def _unless_usual(policy: _Policy, usual: _Policy) -> _Policy | UnsetType:
    """The policy; unset if it is the usual one, so that such an island is written as by releases that knew none."""
    return UNSET if policy == usual else policy


def _sign_snippet(
    prepared: Prepared, snippet: SnippetSource, revision: int, signer: PrivateKey, now: datetime
) -> SignedSnippet:
    source = prepared.source
    document = SnippetDocument(
        tenant=source.tenant,
        island=source.island,
        revision=revision,
        snippet=snippet.id,
        locale=source.locale,
        answer=snippet.answer.strip(),
        approved_by=snippet.approved_by or source.approved_by,
        approved_at=now,
        expires=source.expires,
    )
    # An approval in another language has its author's date: who signs it today may not read it.
    locales = tuple(
        (
            text.title,
            replace(
                document,
                locale=locale,
                answer=text.answer.strip(),
                approved_by=text.approved_by,
                approved_at=text.approved_at.replace(microsecond=0),
            ),
        )
        for locale, text in snippet.locales.items()
    )
    return sign_snippet(unsigned_snippet(prepared, snippet), document, signer=signer, now=now, locales=locales)


def unsigned_snippet(prepared: Prepared, snippet: SnippetSource) -> SignedSnippet:
    """A snippet's record with document and signature left empty."""
    return SignedSnippet(
        id=snippet.id,
        automation=snippet.automation,
        lane=snippet.lane,
        target_precision=snippet.target_precision,
        risk_flags=snippet.risk_flags,
        examples=prepared.examples[snippet.id],
        document=b"",
        digest="",
        signature_input="",
        signature="",
        script=snippet.script.strip() or msgspec.UNSET,
    )


def sign_snippet(
    snippet: SignedSnippet,
    document: SnippetDocument,
    *,
    signer: PrivateKey,
    now: datetime,
    locales: Sequence[tuple[str, SnippetDocument]] = (),
) -> SignedSnippet:
    """The snippet with `document`. The signatures are good from `now` until the document expires.

    `locales`: title and document in each further language.
    """
    in_locales = tuple(
        SignedLocale(locale=one.locale, title=title, **signed(one, signer, now)) for title, one in locales
    )
    return replace(snippet, **signed(document, signer, now), locales=in_locales or UNSET)


def island_to_bytes(island: Island) -> bytes:
    """The island as MessagePack, in stored words (`edge.stored_words`)."""
    routes = tuple(replace(route, reasons=tuple(map(stored_word, route.reasons))) for route in island.routes)
    return msgspec.msgpack.encode(replace(island, routes=routes))


def pack_island(island: Island, *, signer: PrivateKey) -> SignedIsland:
    """The island as bytes, with the fields of its target.

    Raises `RefusedError` if it is too large, or if a PoP could not open it with the signer's key.
    """
    data = island_to_bytes(island)
    if len(data) > MAX_ISLAND_BYTES:
        text = f"island '{island.name}' is {len(data):,} bytes, expected at most {MAX_ISLAND_BYTES:,}: split it in two"
        raise RefusedError(text, reason=Reason.TOO_LARGE)
    # A fault that every PoP would find is found here, before the island is in force.
    open_stored_island(data, name=island.name, keys={signer.role: signer.public})
    custom = TargetCustom(
        revision=island.revision, opens=island.opens, expires=island.expires, max_stale_s=island.max_stale_s
    )
    return SignedIsland(data=data, custom=custom)
