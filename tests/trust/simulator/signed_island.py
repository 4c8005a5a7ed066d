"""A small island, signed in the test itself with PyNaCl, for tests of what a PoP does with islands."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from nacl.signing import SigningKey

from edge.records import Automation, HeadWeights, Island, IslandName, SignedSnippet, SnippetDocument, TargetCustom
from edge.trust import digest_header, signature_base, signature_header, signature_input

OPENS = datetime(2026, 9, 1, tzinfo=UTC)
EXPIRES = datetime(2026, 9, 8, tzinfo=UTC)
CREATED_S = 1_788_000_000
NAME = IslandName("acme", "hoodie-drop")
SNIPPETS = ("refund-status", "ship-date")


def sign_snippet(
    key: SigningKey,
    snippet: str = "ship-date",
    *,
    name: IslandName = NAME,
    revision: int = 3,
    expires_s: int = int(EXPIRES.timestamp()),
) -> SignedSnippet:
    """One snippet as the publisher would sign it."""
    document = msgspec.json.encode(
        SnippetDocument(
            tenant=name.tenant,
            island=name.island,
            revision=revision,
            snippet=snippet,
            locale="en",
            answer="Orders ship within **five** days.",
            approved_by="Dana Ortiz",
            approved_at=OPENS,
            expires=EXPIRES,
        )
    )
    return sign_document(key, document, snippet=snippet, expires_s=expires_s)


def sign_document(
    key: SigningKey, document: bytes, *, snippet: str = "ship-date", expires_s: int = int(EXPIRES.timestamp())
) -> SignedSnippet:
    """Any bytes at all, signed as a snippet."""
    digest = digest_header(document)
    header = signature_input(public_key=bytes(key.verify_key), created=CREATED_S, expires=expires_s)
    return SignedSnippet(
        id=snippet,
        automation=Automation.ANSWER,
        examples=("when does it ship?",),
        document=document,
        digest=digest,
        signature_input=header,
        signature=signature_header(key.sign(signature_base(digest, header)).signature),
    )


def make_island(key: SigningKey, *, name: IslandName = NAME, revision: int = 3, **changes: Any) -> Island:
    """A sound island of two snippets; `changes` replace fields after signing."""
    island = Island(
        tenant=name.tenant,
        island=name.island,
        revision=revision,
        title="Hoodie drop",
        locale="en",
        opens=OPENS,
        closes=EXPIRES,
        expires=EXPIRES,
        max_stale_s=21_600,
        target_precision=0.9,
        default_lane="fast",
        snippets=tuple(sign_snippet(key, snippet, name=name, revision=revision) for snippet in SNIPPETS),
        head=make_head(*SNIPPETS),
    )
    return msgspec.structs.replace(island, **changes)


def make_head(*snippets: str) -> HeadWeights:
    """A head whose weights nobody looks at here."""
    return HeadWeights(
        encoder="0" * 64, snippets=snippets, weights=b"", bias=b"", examples=b"", example_scale=b"", example_class=b""
    )


def custom_of(island: Island) -> dict[str, Any]:
    """The `custom` that lists this island."""
    custom = TargetCustom(
        revision=island.revision, opens=island.opens, expires=island.expires, max_stale_s=island.max_stale_s
    )
    fields: dict[str, Any] = msgspec.to_builtins(custom)
    return fields
