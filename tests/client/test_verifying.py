"""Python and TypeScript judge the same signed documents alike, and for the same reason."""

import base64
import math
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from edge.errors import RefusedError
from edge.host import utc_now
from edge.records import SignedAnswer
from edge.trust import read_signature_input, verify_answer
from tests.client.answers import document_of, raw, sign, text_of
from tests.client.typescript import TypeScriptClient
from tests.trust.test_answer import FALSE, SIGNED

pytestmark = pytest.mark.requires("npm")


def second_spelling() -> SignedAnswer:
    """The same signature in base64 with unused bits that are set."""
    text = SIGNED.signature.removeprefix("pub=:").removesuffix("==:")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet[alphabet.index(text[-1]) + 1]
    assert base64.b64decode(f"{text[:-1]}{last}==") == base64.b64decode(f"{text}==")
    return msgspec.structs.replace(SIGNED, signature=f"pub=:{text[:-1]}{last}==:")


def with_input(old: str, new: str) -> SignedAnswer:
    """Another `Signature-Input`."""
    assert old in SIGNED.signature_input
    return msgspec.structs.replace(SIGNED, signature_input=SIGNED.signature_input.replace(old, new))


EXPIRES = read_signature_input(SIGNED.signature_input).expires

CASES: dict[str, SignedAnswer] = {
    **{name: signed for name, (signed, _) in FALSE.items() if name != "half a character"},
    "true": SIGNED,
    "true, in many alphabets": sign(document_of("Größe 48 · 尺寸 · \U0001f9e5")),
    "a second spelling": second_spelling(),
    "an hour more": with_input(f"expires={EXPIRES}", f"expires={EXPIRES + 3600}"),
    "expires before it was created": with_input(f"expires={EXPIRES}", "expires=1"),
    "another tag": with_input("ed25519-integrity", "sri"),
    "another label": with_input("pub=", "sig="),
    "something behind it": with_input('integrity"', 'integrity";x=1'),
    "a line behind it": msgspec.structs.replace(SIGNED, signature_input=SIGNED.signature_input + "\n"),
    "a line behind the signature": msgspec.structs.replace(SIGNED, signature=SIGNED.signature + "\n"),
    "null": sign(b"null"),
    "a list": sign(b"[]"),
    "a revision that is text": sign(b'{"revision":"3"}'),
    "no JSON": sign(b"{"),
    "an answer that is none": sign(msgspec.json.encode(msgspec.structs.replace(document_of(), answer=None))),
}


@pytest.fixture
async def typescript() -> AsyncIterator[TypeScriptClient]:
    """The client in node."""
    client = TypeScriptClient()
    yield client
    await client.stop()


async def test_verdicts_are_the_same(typescript: TypeScriptClient) -> None:
    """Each is believed by both, or refused by both for one reason."""
    python = {name: by_python(signed) for name, signed in CASES.items()}
    found = {}
    for name, signed in CASES.items():
        case = {
            "call": "verify",
            "island": "a/b",
            "signed": msgspec.to_builtins(signed),
            "key": text_of(),
            "now": math.floor(utc_now().timestamp() * 1000),
        }
        given = await typescript.outcome("http://127.0.0.1:9", case, None)
        found[name] = given.get("reason") or given["answer"]

    assert python == found
    assert {"true", "true, in many alphabets"} == {name for name, word in found.items() if "_" not in str(word)}


def by_python(signed: SignedAnswer) -> Any:
    """The answer, or why there is none."""
    try:
        return verify_answer(signed, keys=[raw()], now=utc_now()).answer
    except RefusedError as error:
        return error.reason.value


async def test_expiry_to_the_second(typescript: TypeScriptClient) -> None:
    """Both believe it until the second before it ends."""
    signed = sign(document_of(), ends_in=timedelta(hours=1))
    end_ms = read_signature_input(signed.signature_input).expires * 1000
    case = {"call": "verify", "island": "a/b", "signed": msgspec.to_builtins(signed), "key": text_of()}
    words = [(await typescript.outcome("http://127.0.0.1:9", {**case, "now": end_ms + ms}, None)) for ms in (-1, 0)]

    assert [None, "metadata_expired"] == [one.get("reason") for one in words]
