"""An answer is verified from its JSON alone: by another's RFC 9421 library, and by Ed25519 and SHA-256 by hand."""

import base64
import hashlib
import json
from typing import Any

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from edge.records import SignedSnippet
from tests.daemon.conftest import RunningPop
from tests.interop.test_snippet_verifiers import Case, by_npm, by_pypi
from tests.pen import DROP, Pen


async def tenant_key(pop: RunningPop) -> bytes:
    """The tenant's public key, as it publishes it."""
    (tenant,) = json.loads((await pop.get("/.well-known/skerry-keys"))[1])["tenants"]
    return base64.b64decode(tenant["keys"][0]["ed25519"])


async def answers(pop: RunningPop, pen: Pen) -> list[dict[str, Any]]:
    """What a stranger gets for a question, and at the end of a tree."""
    _, asked, _ = await pop.post({"island": str(DROP), "text": pen.example})
    path = f"/v1/trees/{DROP}/my-order"
    step, choices = (await pop.post({}, path=path))[1], [0, 0]
    for choice in choices:
        step = (await pop.post({"token": step["token"], "choice": choice}, path=path))[1]
    return [asked, step]


def verify_by_hand(signed: dict[str, str], key: bytes) -> None:
    """RFC 9421 in five lines. Raises `BadSignatureError`."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(signed['document'].encode()).digest()).decode()}:"
    params = signed["signature_input"].removeprefix("pub=")
    base = f'"unencoded-digest";sf: {digest}\n"@signature-params": {params}'
    VerifyKey(key).verify(base.encode(), base64.b64decode(signed["signature"].removeprefix("pub=:").removesuffix(":")))


async def test_answer_is_verified_without_a_second_request(pop: RunningPop, pen: Pen) -> None:
    """All three believe it; the signed document holds the answer, its island and its revision."""
    key = await tenant_key(pop)
    cases = []
    for answered in await answers(pop, pen):
        signed, document = answered["signed"], json.loads(answered["signed"]["document"])
        verify_by_hand(signed, key)
        assert (answered["answer"], answered["revision"]) == (document["answer"], document["revision"])
        assert str(DROP) == f"{document['tenant']}/{document['island']}"
        assert document["snippet"] == answered["provenance"]["snippet"]
        cases.append(
            Case(
                SignedSnippet(
                    id=document["snippet"],
                    document=signed["document"].encode(),
                    digest=signed["unencoded_digest"],
                    signature_input=signed["signature_input"],
                    signature=signed["signature"],
                    automation=pen.prepared.source.snippets[0].automation,
                    examples=(),
                ),
                key,
            )
        )

    assert ([True] * 2, [True] * 2) == (by_pypi(cases), by_npm(cases))


async def test_changed_answer_is_not_believed(pop: RunningPop, pen: Pen) -> None:
    """One letter of the document, and the signature no longer holds."""
    key = await tenant_key(pop)
    answered, _ = await answers(pop, pen)
    document = answered["signed"]["document"].replace('"answer":"', '"answer":"Not: ')

    with pytest.raises(BadSignatureError):
        verify_by_hand({**answered["signed"], "document": document}, key)


async def test_signed_document_is_the_snippet_s_own(pop: RunningPop, pen: Pen) -> None:
    """Byte for byte what the snippet's route serves, with the same headers."""
    answered, _ = await answers(pop, pen)
    signed = answered["signed"]
    path = f"/v1/islands/{DROP}/snippets/{answered['provenance']['snippet']}"
    _, body, reply = await pop.get(path)

    assert body.decode() == signed["document"]
    names = {"unencoded_digest": "Unencoded-Digest", "signature_input": "Signature-Input", "signature": "Signature"}
    assert {name: reply.headers[header] for name, header in names.items()} == {name: signed[name] for name in names}
