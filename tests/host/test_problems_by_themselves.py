"""`edge.host.problems` and `.log`: what an error looks like outside, and what is written of it here."""

import json
import subprocess
import sys

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from structlog.testing import capture_logs

from edge.errors import ConfigError, Reason, RefusedError, StorageError
from edge.host import error_location, ignore, problems_middleware
from edge.host.body import safe_detail


async def answered(error: Exception) -> web.Response:
    """What a handler that raises it is answered with."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        raise error

    response = await problems_middleware(ignore)(make_mocked_request("GET", "/v1/x", client_max_size=99), handler)
    assert isinstance(response, web.Response)
    return response


STATUS = {
    Reason.MALFORMED: (400, "the request is malformed"),
    Reason.TOO_LARGE: (413, "the request is too large"),
    Reason.TEXT_INVALID: (422, "the question cannot be taken"),
    Reason.ISLAND_UNKNOWN: (404, "not found"),
    Reason.ISLAND_NOT_OPEN: (404, "not found"),
    Reason.NOT_FOUND: (404, "not found"),
    Reason.ISLAND_EXPIRED: (410, "no longer served"),
    Reason.ISLAND_WITHDRAWN: (410, "no longer served"),
    Reason.ISLAND_STALE: (503, "not now, try again"),
    Reason.OVERLOADED: (503, "not now, try again"),
    Reason.STORAGE: (503, "not now, try again"),
    Reason.CONTRADICTORY: (409, "that cannot be true"),
    Reason.SIGNATURE_INVALID: (401, "not signed by, or no token of, whom it should be"),
    Reason.UNAUTHORISED: (401, "not signed by, or no token of, whom it should be"),
    Reason.TOKEN_INVALID: (403, "the token is not good here"),
    Reason.INTERNAL: (500, "something broke here"),
}


@pytest.mark.parametrize(("reason", "expected"), STATUS.items(), ids=STATUS.keys())
async def test_refusal_as_a_problem_document(reason: Reason, expected: tuple[int, str]) -> None:
    """By its reason; what may pass says when to try again."""
    response = await answered(RefusedError("what was found, expected something else", reason=reason))
    status, title = expected

    assert status == response.status
    assert {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": "what was found, expected something else",
        "reason": reason,
    } == {"type": "about:blank"} | json.loads(response.body or b"")  # type: ignore[arg-type]
    assert ("5" if status == 503 else None) == response.headers.get("Retry-After")
    assert "application/problem+json" == response.content_type


OTHERS: dict[str, tuple[Exception, tuple[int, str, str]]] = {
    "a disk that fails says nothing of its paths": (
        StorageError("/srv/x is full"),
        (503, "storage", "this node cannot keep what was sent, expected a working disk"),
    ),
    "an operator's error is one of ours": (ConfigError("run: x"), (500, "config", "run: x")),
    "a bug says nothing at all": (KeyError("secret"), (500, "internal", "an unexpected error was logged here")),
    "a body that is too large": (
        web.HTTPRequestEntityTooLarge(max_size=99, actual_size=100),
        (413, "too_large", "the body is too large, expected at most 99 bytes"),
    ),
    "another method": (
        web.HTTPMethodNotAllowed("PATCH", ["PUT", "GET"]),
        (405, "malformed", "found GET, expected GET, PUT"),
    ),
    "another path": (
        web.HTTPNotFound(),
        (404, "not_found", "there is nothing at this path, expected one listed in /openapi.json"),
    ),
    "another error of aiohttp": (web.HTTPLengthRequired(), (411, "malformed", "Length Required")),
}


@pytest.mark.parametrize(("error", "expected"), OTHERS.values(), ids=OTHERS.keys())
async def test_other_error_as_a_problem_document(error: Exception, expected: tuple[int, str, str]) -> None:
    """A viewer gets a reason and never a traceback."""
    response = await answered(error)
    problem = json.loads(response.body or b"")  # type: ignore[arg-type]

    assert expected == (response.status, problem["reason"], problem["detail"])


LOGGED: dict[str, tuple[Exception, list[str]]] = {
    "a refusal is the sender's business": (RefusedError("no"), []),
    "a disk that fails": (StorageError("/srv/x is full"), ["storage failed"]),
    "an operator's error": (ConfigError("run: x"), ["request failed"]),
    "a bug": (KeyError("secret"), ["request broke"]),
}


@pytest.mark.parametrize(("error", "events"), LOGGED.values(), ids=LOGGED.keys())
async def test_what_somebody_here_should_look_at_is_logged(error: Exception, events: list[str]) -> None:
    """As an error, without a viewer's words."""
    with capture_logs() as logged:
        await answered(error)

    assert [(event, "error") for event in events] == [(line["event"], line["log_level"]) for line in logged]
    assert "secret" not in str(logged)


async def test_answer_passes_and_refusals_are_counted() -> None:
    """By reason."""
    refused: list[Reason] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path == "/broken":
            raise RefusedError("no", reason=Reason.NOT_FOUND)
        return web.Response(status=204)

    middleware = problems_middleware(refused.append)
    found = [(await middleware(make_mocked_request("GET", path), handler)).status for path in ("/good", "/broken")]

    assert [204, 404] == found
    assert [Reason.NOT_FOUND] == refused


HARMLESS = {
    "a message of the library": (msgspec.ValidationError("Expected `int`, got `str`"), "expected `int`, got `str`"),
    "one that begins with a name": (msgspec.DecodeError("JSON is malformed"), "JSON is malformed"),
    "bytes that are no text": (UnicodeDecodeError("utf-8", b"ab\xff", 2, 3, "invalid"), "not UTF-8 at byte 2"),
}


@pytest.mark.parametrize(("error", "text"), HARMLESS.values(), ids=HARMLESS.keys())
def test_what_is_said_of_a_body(error: Exception, text: str) -> None:
    """Its form, and nothing of what it holds."""
    assert text == safe_detail(error)


def test_where_an_unexpected_error_was_raised() -> None:
    """In the innermost function; nowhere when it never was."""

    def inner() -> None:
        raise KeyError("a viewer's words")

    with pytest.raises(KeyError) as caught:
        inner()

    assert error_location(caught.value).startswith("test_problems_by_themselves.py:")
    assert error_location(caught.value).endswith(" inner")
    assert "" == error_location(KeyError())


def test_log_line() -> None:
    """One JSON object on stderr, from INFO on, with the time in UTC."""
    program = (
        "from edge.host.log import configure_logging, get_logger; configure_logging()\n"
        "get_logger().debug('hidden'); get_logger().info('shown', island='acme/drop')"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    (line,) = said.stderr.splitlines()
    found = json.loads(line)

    assert found.pop("timestamp").endswith("Z")
    assert {"event": "shown", "level": "info", "island": "acme/drop"} == found
