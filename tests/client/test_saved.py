"""What `curl -i` printed is read as it is; anything else is refused, and says what was expected."""

import pytest

from edge.client import read_saved
from edge.errors import RefusedError
from tests.client.answers import document_of, saved, sign

SIGNED = sign(document_of())
SAVED = saved(SIGNED)

READABLE = {
    "HTTP/1.1": SAVED,
    "HTTP/2": saved(SIGNED, status="HTTP/2 200 "),
    "line feeds alone": saved(SIGNED, end="\n"),
    "behind a proxy's answer": b"HTTP/1.1 200 Connection established\r\n\r\n" + SAVED,
    "behind a redirect": b"HTTP/1.1 302 Found\r\nLocation: https://x\r\n\r\n" + SAVED,
    "without other headers": SAVED.replace(b"Content-Type: application/json\r\n", b""),
}


@pytest.mark.parametrize("content", READABLE.values(), ids=READABLE.keys())
def test_saved_snippet(content: bytes) -> None:
    """Byte by byte, by whichever version of HTTP it came."""
    assert SIGNED == read_saved(content)


UNREADABLE = {
    "nothing": (b"", "found no HTTP response with its headers, expected what curl -i prints"),
    "the document alone": (SIGNED.document.encode(), "found no HTTP response with its headers"),
    "no end of the headers": (SAVED.partition(b"\r\n\r\n")[0], "found no HTTP response with its headers"),
    "a status line alone": (b"HTTP/1.1 200 OK\r\n", "found no HTTP response with its headers"),
    "another status": (
        saved(SIGNED, status="HTTP/1.1 404 Not Found"),
        "found a response with status 404, expected 200",
    ),
    "a line that is no header": (SAVED.replace(b"Content-Type:", b"Content Type:"), "found a line among the headers"),
    "no headers": (b"HTTP/1.1 200 OK\r\n\r\n{}", "0 Unencoded-Digest, 0 Signature-Input, 0 Signature, expected one"),
    "a second signature": (
        SAVED.replace(b"Signature: ", b"Signature: x\r\nSignature: "),
        "has 2 Signature, expected one",
    ),
    "a compressed body": (
        SAVED.replace(SIGNED.document.encode(), b"\x1f\x8b\x08\xff"),
        "the body is compressed, expected",
    ),
    "other bytes": (SAVED.replace(SIGNED.document.encode(), b"\xff"), "the body is no UTF-8, expected"),
    "a large file": (SAVED + b" " * 1_048_576, "found more than 1048576 bytes, expected a snippet"),
    "proxies for ever": (b"HTTP/1.1 200 OK\r\n\r\n" * 50_000, "the response has 0 Unencoded-Digest"),
}


@pytest.mark.parametrize(("content", "text"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_unreadable_file(content: bytes, text: str) -> None:
    """Each says what was found."""
    with pytest.raises(RefusedError) as caught:
        read_saved(content)

    assert text in caught.value.text
