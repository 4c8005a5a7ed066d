"""Answers as a tenant signs them, and as `curl -i` saves them."""

import base64
from datetime import datetime, timedelta

import msgspec
from nacl.signing import SigningKey

from edge.errors import Reason
from edge.host import utc_now
from edge.records import AskResponse, IslandName, IslandState, Outcome, Provenance, SignedAnswer, SnippetDocument
from edge.trust import digest_header, signature_base, signature_header, signature_input

KEY = SigningKey(b"\x03" * 32)
OTHER_KEY = SigningKey(b"\x04" * 32)
DROP = IslandName("northwind", "drop")
ANSWER = "It is **68** euro."
SIGNED_S = 1_788_000_000
DAY = timedelta(days=1)


def raw(key: SigningKey = KEY) -> bytes:
    """The public half."""
    return bytes(key.verify_key)


def text_of(key: SigningKey = KEY) -> str:
    """The public half in base64."""
    return base64.b64encode(raw(key)).decode()


def document_of(answer: str = ANSWER, *, name: IslandName = DROP, snippet: str = "price") -> SnippetDocument:
    """What is signed."""
    return SnippetDocument(
        tenant=name.tenant,
        island=name.island,
        revision=3,
        snippet=snippet,
        locale="en",
        answer=answer,
        approved_by="Dana Ortiz",
        approved_at=datetime.fromisoformat("2026-09-01T00:00:00Z"),
        expires=utc_now().replace(microsecond=0) + DAY,
    )


def sign(
    document: SnippetDocument | bytes,
    *,
    key: SigningKey = KEY,
    ends_in: timedelta = DAY,
    terms: tuple[int, int] | None = None,
) -> SignedAnswer:
    """Any document at all, signed until then; `terms` are other seconds of creation and end."""
    data = document if isinstance(document, bytes) else msgspec.json.encode(document)
    created, expires = terms or (SIGNED_S, int((utc_now() + ends_in).timestamp()))
    digest = digest_header(data)
    header = signature_input(public_key=raw(key), created=created, expires=expires)
    signature = signature_header(key.sign(signature_base(digest, header)).signature)
    return SignedAnswer(document=data.decode(), unencoded_digest=digest, signature_input=header, signature=signature)


def saved(signed: SignedAnswer, *, status: str = "HTTP/1.1 200 OK", end: str = "\r\n") -> bytes:
    """What `curl -i` writes of it."""
    lines = (
        status,
        "Content-Type: application/json",
        f"unencoded-digest: {signed.unencoded_digest}",
        f"Signature-Input: {signed.signature_input}",
        f"Signature: {signed.signature}",
        "",
        signed.document,
    )
    return end.join(lines).encode()


def response_of(answer: str, *, name: IslandName = DROP, reason: Reason = Reason.EXACT) -> AskResponse:
    """An honest PoP's response with this answer."""
    document = document_of(answer, name=name)
    return AskResponse(
        outcome=Outcome.ANSWER,
        reason=reason,
        island=str(name),
        revision=document.revision,
        state=IslandState.FRESH,
        answer=answer,
        provenance=Provenance(
            island=str(name),
            revision=document.revision,
            snippet=document.snippet,
            approved_by=document.approved_by,
            approved_at=document.approved_at,
            key_id=text_of(),
        ),
        signed=sign(document),
        elapsed_ms=1.0,
    )
