"""`skerry verify`: may these bytes be believed? A snippet from a file, without a network, or from an address."""

import asyncio
import base64
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec

from edge.cli.peers import ProxyFor, proxy_options
from edge.cli.pop.verify_bundle import echo_bundle, prove_bundle
from edge.cli.pop.verify_widget import echo_widget
from edge.cli.terminal import echo, echo_json
from edge.cli.zipped import MAX_ZIP_BYTES
from edge.client import fetch_signed, read_key, read_saved
from edge.errors import ConfigError, Reason, RefusedError
from edge.foreign_words import one_line
from edge.host import utc_now
from edge.records import NAME_PATTERN, SignedAnswer, SnippetDocument
from edge.trust import key_of_answer, read_signature_input, verify_answer
from edge.wire.http import new_http_session

UNKNOWN_KEY = 3
"""Exit status if the signature is right, and nobody said whose key it should be."""

_SNIPPET_PATH = re.compile(
    rf".*/v1/islands/(?P<tenant>{NAME_PATTERN})/(?P<island>{NAME_PATTERN})/snippets/(?P<snippet>{NAME_PATTERN})"
)
_MAX_READ_BYTES = 1_048_577


class _Word(StrEnum):
    """The verdict in one word."""

    GOOD = "good"
    UNKNOWN_KEY = "unknown_key"
    BAD = "bad"


class _Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `--json` prints. Without a document it is bad, and `reason` and `detail` say why."""

    verdict: _Word
    reason: Reason | None = None
    detail: str | None = None
    key: str | None = None
    created: datetime | None = None
    document: SnippetDocument | None = None


@click.command("verify")
@click.argument("source", metavar="FILE|URL", required=False)
@click.option(
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Instead of a snippet: a bundle of `skerry ledger bundle`.",
)
@click.option(
    "--widget", "is_widget", is_flag=True, help="FILE|URL is `skerry.js` of the widget. KEY is the publisher's."
)
@click.option("--log-key", "log_keys", multiple=True, metavar="KEY", help="With --bundle: verifier key of the log.")
@click.option("--witness", "witnesses", multiple=True, metavar="KEY", help="With --bundle: verifier key of a witness.")
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY",
    help="The tenant's public key in base64, from the tenant itself; again for a second one.",
)
@proxy_options
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
def verify_command(
    source: str | None,
    keys: tuple[str, ...],
    *,
    bundle: Path | None,
    log_keys: tuple[str, ...],
    witnesses: tuple[str, ...],
    proxy_for_url: ProxyFor,
    is_widget: bool,
    as_json: bool,
) -> None:
    """Verify that a snippet is what its tenant signed, or what a bundle proves, or the widget of a publisher.

    FILE is what `curl -i` printed of a snippet, or `-` for stdin; it is read without a network. URL is the address of
    a snippet.

    A bundle is judged at the time of what happened, without a network: keys and answers may have expired since.

    Exit status 0 if it is signed by one of the KEYs and not expired, 3 if it is signed and no KEY was given, else 1.
    """
    if is_widget and (source is None or as_json):
        raise click.UsageError("found --widget without FILE|URL, or with --json, expected --widget FILE|URL")
    if (source is None) == (bundle is None):
        raise click.UsageError("found both or neither of FILE|URL and --bundle, expected one of them")
    if bundle is not None:
        _verify_bundle(bundle, keys=keys, log_keys=log_keys, witnesses=witnesses, as_json=as_json)
    if source is not None and is_widget:
        signed = _fetched(source, proxy_for_url) if _is_url(source) else read_saved(_content(source))
        sys.exit(0 if echo_widget(signed, keys=[read_key(key) for key in keys], now=utc_now()) else UNKNOWN_KEY)
    if source is not None:
        _verify_snippet(source, keys, proxy_for_url=proxy_for_url, as_json=as_json)


def _verify_bundle(
    bundle: Path, *, keys: Sequence[str], log_keys: Sequence[str], witnesses: Sequence[str], as_json: bool
) -> None:
    content = _content(str(bundle), most=MAX_ZIP_BYTES + 1)
    try:
        proven = prove_bundle(
            content, tenant_keys=[read_key(key) for key in keys], log_keys=log_keys, witnesses=witnesses
        )
    except RefusedError as error:
        if not as_json:
            raise
        echo_json(_Verdict(verdict=_Word.BAD, reason=error.reason, detail=error.text))
        sys.exit(1)
    if as_json:
        echo_json(proven)
    else:
        echo_bundle(proven)
    sys.exit(0 if proven.keys_known else UNKNOWN_KEY)


def _verify_snippet(source: str, keys: Sequence[str], *, proxy_for_url: ProxyFor, as_json: bool) -> None:
    known = [read_key(key) for key in keys]
    try:
        signed = _fetched(source, proxy_for_url) if _is_url(source) else read_saved(_content(source))
        document = verify_answer(signed, keys=known or [key_of_answer(signed)], now=utc_now())
        _check_address(source, document)
    except RefusedError as error:
        if not as_json:
            raise
        echo_json(_Verdict(verdict=_Word.BAD, reason=error.reason, detail=error.text))
        sys.exit(1)
    word = _Word.GOOD if known else _Word.UNKNOWN_KEY
    terms = read_signature_input(signed.signature_input)
    verdict = _Verdict(
        verdict=word,
        key=base64.b64encode(terms.public_key).decode(),
        created=_moment(terms.created),
        document=document,
    )
    if as_json:
        echo_json(verdict)
    else:
        _echo(verdict, document)
    sys.exit(0 if known else UNKNOWN_KEY)


def _is_url(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _content(source: str, *, most: int = _MAX_READ_BYTES) -> bytes:
    """The first bytes of the file: one more than it may have."""
    try:
        if source == "-":
            return sys.stdin.buffer.read(most)
        with Path(source).open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else "this is no path"
        raise ConfigError(
            f"{one_line(source)} cannot be read: {cause}; save a snippet with: curl -si URL > FILE"
        ) from None


def _fetched(url: str, proxy_for_url: ProxyFor) -> SignedAnswer:
    async def fetch() -> SignedAnswer:
        async with new_http_session() as http:
            return await fetch_signed(http, url, via=lambda: {"ssl": True, "proxy": proxy})

    proxy = proxy_for_url(url)
    return asyncio.run(fetch())


def _check_address(source: str, document: SnippetDocument) -> None:
    """A true answer to another question is no answer. A file does not say where it comes from."""
    named = _SNIPPET_PATH.fullmatch(urlsplit(source).path) if _is_url(source) else None
    expected = (document.tenant, document.island, document.snippet)
    if named is not None and named.group("tenant", "island", "snippet") != expected:
        raise RefusedError(
            f"the answer is signed as {document.snippet[:63]!r} of {document.tenant[:63]}/{document.island[:63]},"
            " expected the snippet that the address names",
            reason=Reason.SIGNATURE_INVALID,
        )


def _moment(seconds: int) -> datetime | None:
    """None for a time that no calendar has: a signature may name 15 digits."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError):
        return None


def _echo(verdict: _Verdict, document: SnippetDocument) -> None:
    rows: Sequence[tuple[str, str]] = (
        ("verdict", _MEANS[verdict.verdict]),
        ("key", verdict.key or ""),
        ("signed", f"{document.tenant}/{document.island} revision {document.revision}, snippet {document.snippet}"),
        ("approved", f"by {document.approved_by}, {document.approved_at:%Y-%m-%d %H:%M %Z}"),
        ("expires", f"{document.expires:%Y-%m-%d %H:%M %Z}"),
        ("answer", document.answer),
    )
    for label, value in rows:
        echo(f"{label:<9} {one_line(value)}")


_MEANS = {
    _Word.GOOD: "good: signed by the key that you gave, and not expired",
    _Word.UNKNOWN_KEY: "signed, and nobody said by whom: compare the key with the tenant's own, and give it as --key",
}
