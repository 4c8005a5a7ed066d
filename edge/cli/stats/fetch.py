"""Fetch the counts of PoPs over HTTP."""

import urllib.error
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from edge.cli.peers import NETWORK_ERRORS, ProxyFor, address_of, cause_of, open_request, request_to
from edge.errors import ConfigError, SkerryError, UnreachableError
from edge.records import DECODE_ERRORS, PopTally, Problem

_REQUEST_S = 30.0
"""A PoP adds up five weeks of a busy event in about a second."""


def fetch_tallies(
    urls: Sequence[str], *, since: datetime, island: str | None, token: str, proxy_for_url: ProxyFor
) -> list[PopTally]:
    """The tally of each PoP, in the order of `urls`.

    Raises `SkerryError` if a PoP does not answer: a sum without it would be wrong. Raises `ConfigError` if two
    addresses lead to one PoP, which would count twice.
    """
    query = urlencode({"since": f"{since:%Y-%m-%dT%H:%M:%SZ}"} | ({"island": island} if island else {}))
    tallies: dict[str, PopTally] = {}
    for url in urls:
        tally = _fetch(url.rstrip("/"), query, token, proxy_for_url)
        if tally.pop in tallies:
            raise ConfigError(
                f"PoP '{tally.pop}' answers at {address_of(url)} too and would count twice; name each PoP once"
            )
        tallies[tally.pop] = tally
    return list(tallies.values())


def _fetch(url: str, query: str, token: str, proxy_for_url: ProxyFor) -> PopTally:
    if not url.startswith(("http://", "https://")):
        raise ConfigError(f"found {address_of(url)!r}, expected a URL; run: skerry stats --url http://127.0.0.1:8080")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = request_to(f"{url}/v1/stats?{query}", headers=headers, proxy_for_url=proxy_for_url)
    try:
        with open_request(request, timeout_s=_REQUEST_S) as response:
            return msgspec.json.decode(response.read(), type=PopTally)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error.read(), error.code, url) from error
    except DECODE_ERRORS as error:
        raise UnreachableError(f"{address_of(url)}/v1/stats holds no counts, expected a PoP there") from error
    except NETWORK_ERRORS as error:
        raise UnreachableError(
            f"no PoP answers at {address_of(url)}: {cause_of(error)};"
            " leave it out, or run: skerry pop serve --config FILE"
        ) from None


def _refusal(body: bytes, status: int, url: str) -> SkerryError:
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except DECODE_ERRORS:
        return UnreachableError(
            f"{address_of(url)} answered with status {status} without a problem document, expected a PoP"
        )
    return SkerryError(f"{address_of(url)}: {problem.detail} ({problem.reason})", reason=problem.reason)
