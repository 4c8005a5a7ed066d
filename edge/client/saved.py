"""A signed snippet from where it lies: an HTTP address, or a file that `curl -i` wrote."""

import re
from typing import NamedTuple

import aiohttp
from multidict import CIMultiDict, MultiMapping

from edge.client.exchange import ClientBounds, PopExchange
from edge.errors import Reason, RefusedError
from edge.records import SignedAnswer
from edge.wire.http import Via, directly

SIGNED_FIELDS = ("Unencoded-Digest", "Signature-Input", "Signature")
"""The three headers of a signed snippet."""

MAX_SAVED_BYTES = 1_048_576
"""Largest file. A snippet has a few thousand bytes, and its headers about one thousand."""

MAX_RESPONSES_BEFORE = 60
"""Proxies, and redirects: curl follows 50."""

_STATUS_LINE = re.compile(rb"HTTP/[0-9](?:\.[0-9])? (?P<status>[0-9]{3})(?: [^\r\n]*)?\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(r"(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(?P<value>.*?)[ \t]*")
_OK, _GZIP = 200, b"\x1f\x8b"
_ADVICE = "save it with: curl -si URL > FILE"


class _Saved(NamedTuple):
    status: int
    headers: CIMultiDict[str]
    body: bytes


def read_saved(content: bytes) -> SignedAnswer:
    """The snippet in what `curl -i` printed: a status line, headers, an empty line and the body.

    Answers of proxies and redirects before the last response are passed over. Raises `RefusedError` for anything else.
    """
    if len(content) > MAX_SAVED_BYTES:
        raise RefusedError(f"found more than {MAX_SAVED_BYTES} bytes, expected a snippet", reason=Reason.TOO_LARGE)
    saved = _response(content)
    for _ in range(MAX_RESPONSES_BEFORE):
        # A document begins with a brace, so what begins like a response is one.
        if not saved.body.startswith(b"HTTP/"):
            break
        saved = _response(saved.body)
    if saved.status != _OK:
        raise RefusedError(f"found a response with status {saved.status}, expected 200 and a snippet; {_ADVICE}")
    return signed_answer_of(saved.headers, saved.body)


async def fetch_signed(
    http: aiohttp.ClientSession,
    url: str,
    *,
    via: Via = directly,
    bounds: ClientBounds = ClientBounds(),  # noqa: B008 - a constant
) -> SignedAnswer:
    """The snippet at `url`, of a PoP or of a cache before it, not verified yet. Raises as `PopClient`."""
    response = await PopExchange(http, url, via=via, bounds=bounds).send("GET", "")
    return signed_answer_of(response.headers, response.body)


def signed_answer_of(headers: MultiMapping[str], body: bytes) -> SignedAnswer:
    """The snippet in a response, not verified yet. Raises `RefusedError` if it cannot be one."""
    found = {name: headers.getall(name, []) for name in SIGNED_FIELDS}
    wrong = [f"{len(values)} {name}" for name, values in found.items() if len(values) != 1]
    if wrong:
        raise RefusedError(
            f"the response has {', '.join(wrong)}, expected one header of each", reason=Reason.SIGNATURE_INVALID
        )
    try:
        document = body.decode()
    except UnicodeDecodeError:
        form = "compressed" if body.startswith(_GZIP) else "no UTF-8"
        raise RefusedError(
            f"the body is {form}, expected the document as it was signed; {_ADVICE}",
            reason=Reason.METADATA_INVALID,
        ) from None
    digest, signature_input, signature = (found[name][0] for name in SIGNED_FIELDS)
    return SignedAnswer(
        document=document, unencoded_digest=digest, signature_input=signature_input, signature=signature
    )


def saved_answer(signed: SignedAnswer) -> bytes:
    """A snippet as `curl -i` prints it, for `read_saved`."""
    values = (signed.unencoded_digest, signed.signature_input, signed.signature)
    head = "".join(f"{name}: {value}\r\n" for name, value in zip(SIGNED_FIELDS, values, strict=True))
    return f"HTTP/1.1 200 OK\r\n{head}\r\n{signed.document}".encode()


def _response(content: bytes) -> _Saved:
    """The first response in `content`, and all bytes behind its head as the body."""
    start = _STATUS_LINE.match(content)
    end = _HEAD_END.search(content, start.end() - 2) if start is not None else None
    if start is None or end is None:
        raise RefusedError(f"found no HTTP response with its headers, expected what curl -i prints; {_ADVICE}")
    headers = CIMultiDict[str]()
    for line in content[start.end() : end.start()].decode("latin-1").splitlines():
        field = _FIELD.fullmatch(line)
        if field is None:
            raise RefusedError(f"found a line among the headers that is none, expected NAME: VALUE; {_ADVICE}")
        headers.add(field["name"], field["value"])
    return _Saved(int(start["status"]), headers, content[end.end() :])
