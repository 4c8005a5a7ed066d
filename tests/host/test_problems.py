"""Errors as HTTP responses, over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, make_mocked_request
from structlog.testing import capture_logs

from edge.errors import ConfigError, DiskFullError, Reason, RefusedError, SkerryError, StorageError, UnreachableError
from edge.host import problem_of, problem_response, problems_middleware
from edge.records import Problem


class Server:
    """A server whose only route raises `fault`."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.reasons: list[Reason] = []
        self.session: aiohttp.ClientSession
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        """The route."""
        await request.read()
        if self.fault is not None:
            raise self.fault
        return web.Response(text="fine")

    async def ask(self, method: str = "GET", path: str = "/", data: bytes | None = None) -> tuple[int, Problem, str]:
        """Status, problem and `Retry-After`."""
        async with self.session.request(method, self.url + path, data=data) as response:
            assert "application/problem+json" == response.content_type
            problem = msgspec.json.decode(await response.read(), type=Problem)
            assert response.status == problem.status
            return response.status, problem, response.headers.get("Retry-After", "")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A running server that takes bodies of at most 100 bytes."""
    server = Server()
    app = web.Application(client_max_size=100, middlewares=[problems_middleware(server.reasons.append)])
    app.router.add_get("/", server.handle)
    app.router.add_post("/", server.handle)
    async with TestServer(app) as running, aiohttp.ClientSession() as session:
        server.url, server.session = str(running.make_url("")).rstrip("/"), session
        yield server


STATUS = {
    Reason.MALFORMED: 400,
    Reason.SIGNATURE_INVALID: 401,
    Reason.UNAUTHORISED: 401,
    Reason.TOKEN_INVALID: 403,
    Reason.ISLAND_UNKNOWN: 404,
    Reason.ISLAND_NOT_OPEN: 404,
    Reason.NOT_FOUND: 404,
    Reason.CONTRADICTORY: 409,
    Reason.ISLAND_EXPIRED: 410,
    Reason.ISLAND_WITHDRAWN: 410,
    Reason.TOO_LARGE: 413,
    Reason.TEXT_INVALID: 422,
    Reason.INTERNAL: 500,
    Reason.ROLLBACK: 500,
    Reason.ISLAND_EVICTED: 503,
    Reason.ISLAND_STALE: 503,
    Reason.OVERLOADED: 503,
    Reason.STORAGE: 503,
}


@pytest.mark.parametrize(("reason", "status"), STATUS.items(), ids=STATUS.keys())
async def test_refusal(server: Server, reason: Reason, status: int) -> None:
    """A refusal has the status of its reason, its reason is counted, its text is returned; a 503 has `Retry-After`."""
    server.fault = RefusedError("no", reason=reason)
    with capture_logs() as lines:
        found, problem, retry_after = await server.ask()

    assert (status, reason, "no", [reason]) == (found, problem.reason, problem.detail, server.reasons)
    assert ("5" if status == 503 else "") == retry_after
    assert [] == lines


FAULTS: dict[str, tuple[Exception, tuple[int, str, str], dict[str, Any]]] = {
    "a failing disk, whose path is only logged": (
        StorageError("cannot write /secret/path"),
        (503, "storage", "the request cannot be stored here, expected a working disk"),
        {"event": "storage failed", "error": "cannot write /secret/path", "left_out": 0},
    ),
    "an unreachable peer": (
        UnreachableError("gone"),
        (500, "unreachable", "gone"),
        {"event": "request failed", "error": "gone"},
    ),
    "a fault in the configuration": (
        ConfigError("no key /secret/path"),
        (500, "config", "its operator must act; its log says how"),
        {"event": "request failed", "error": "no key /secret/path"},
    ),
    "an unexpected error": (
        ValueError("a viewer's words"),
        (500, "internal", "an unexpected error was logged here"),
        {"event": "request failed unexpectedly", "route": "/", "error": "ValueError"},
    ),
}


async def test_full_disk_is_not_logged_by_the_request(server: Server) -> None:
    """It has one line when it begins and one when it ends, and a failing disk has one a minute."""
    with capture_logs() as lines:
        for fault in (DiskFullError("full"), StorageError("broken"), StorageError("broken")):
            server.fault = fault
            assert 503 == (await server.ask())[0]

    assert ["broken"] == [line["error"] for line in lines]


@pytest.mark.parametrize("case", FAULTS)
async def test_fault_is_logged(server: Server, case: str) -> None:
    """The response says what the caller may know; the log line says what to look at."""
    server.fault, expected, line = FAULTS[case]
    with capture_logs() as lines:
        status, problem, _ = await server.ask()

    assert expected == (status, problem.reason, problem.detail)
    assert [problem.reason] == server.reasons
    location = lines[0].pop("where", "")
    assert [line | {"log_level": "error"}] == lines
    assert (" handle" in location) == (line["event"] == "request failed unexpectedly")


HTTP = {
    "no such path": (
        "GET",
        "/none",
        None,
        (404, "not_found", "there is nothing at this path, expected one listed in /openapi.json"),
    ),
    "a method that is not allowed": (
        "PUT",
        "/",
        None,
        (405, "malformed", "this method does nothing here, expected GET, HEAD, POST"),
    ),
    "a body that is too large": (
        "POST",
        "/",
        b"x" * 101,
        (413, "too_large", "the body is too large, expected at most 100 bytes"),
    ),
}


@pytest.mark.parametrize(("method", "path", "data", "expected"), HTTP.values(), ids=HTTP.keys())
async def test_refusal_by_http(
    server: Server, method: str, path: str, data: bytes | None, expected: tuple[int, str, str]
) -> None:
    """A request that aiohttp refuses gets a problem document too."""
    status, problem, _ = await server.ask(method, path, data)

    assert expected == (status, problem.reason, problem.detail)
    assert [problem.reason] == server.reasons


async def test_other_http_error(server: Server) -> None:
    """Another HTTP error keeps its status and its text."""
    server.fault = web.HTTPNotAcceptable()
    status, problem, _ = await server.ask()

    assert (406, "malformed", "Not Acceptable") == (status, problem.reason, problem.detail)
    assert "refused" == problem.title


async def test_good_response(server: Server) -> None:
    """A good response is neither changed nor counted."""
    async with server.session.get(server.url) as response:
        assert (200, "fine") == (response.status, await response.text())

    assert [] == server.reasons


async def test_request_that_is_cancelled() -> None:
    """A cancelled request stays cancelled: nobody waits for a response."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        raise asyncio.CancelledError

    reasons: list[Reason] = []
    request = make_mocked_request("GET", "/")
    with pytest.raises(asyncio.CancelledError):
        await problems_middleware(reasons.append)(request, handler)

    assert [] == reasons


TITLES = {
    400: "the request is malformed",
    401: "missing or wrong signature or token",
    403: "the token is not valid here",
    404: "not found",
    405: "method not allowed",
    409: "the request contradicts itself or an earlier one",
    410: "no longer served",
    413: "the request is too large",
    415: "the body's encoding is not supported",
    418: "refused",
    422: "the request breaks a rule",
    500: "an unexpected error occurred",
    503: "not available now, try again later",
}


@pytest.mark.parametrize(("status", "title"), TITLES.items())
def test_title_of_a_status(status: int, title: str) -> None:
    """A status has its usual title unless another is given; the same holds for `Retry-After`."""
    usual = problem_response(status, Reason.MALFORMED, "d")
    own = problem_response(status, Reason.MALFORMED, "d", title="t", retry_after_s=2)
    titles = [msgspec.json.decode(response.body, type=Problem).title for response in (usual, own)]  # type: ignore[arg-type]

    assert [title, "t"] == titles
    again = ["5", "2"] if status == 503 else [None, None]
    assert again == [response.headers.get("Retry-After") for response in (usual, own)]


async def test_body_in_an_encoding(server: Server) -> None:
    """It is refused before anything is decompressed, whether or not it is what it says."""
    async with server.session.post(server.url, data=b"no gzip", headers={"Content-Encoding": "gzip"}) as response:
        problem = msgspec.json.decode(await response.read(), type=Problem)

    assert (415, "malformed", "the body is encoded, expected no Content-Encoding") == (
        response.status,
        problem.reason,
        problem.detail,
    )


@pytest.mark.parametrize("fault", [ConnectionResetError(), web.RequestPayloadError()])
async def test_sender_that_hangs_up_within_its_body(
    server: Server, fault: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody has to look: nothing is logged."""
    server.fault = fault
    status, problem, _ = await server.ask()

    assert (400, "malformed", "the body ended early, expected all of it") == (status, problem.reason, problem.detail)
    assert "" == capsys.readouterr().err


TOLD: dict[str, tuple[SkerryError, str]] = {
    "a full disk": (DiskFullError("cannot write /srv/home/x: No space left on device"), "its disk is full"),
    "a disk that fails": (
        StorageError("/srv/home/x.db could not be used: disk I/O error"),
        "its disk failed, or a file there is not as it should be; its log says which",
    ),
    "a home that needs its operator": (
        ConfigError("/srv/home has no keys; run: skerry keys init --home /srv/home"),
        "its operator must act; its log says how",
    ),
    "an input": (RefusedError("no such island", reason=Reason.NOT_FOUND), "no such island"),
}


@pytest.mark.parametrize(("error", "text"), TOLD.values(), ids=TOLD)
def test_what_others_read_of_an_error(error: SkerryError, text: str) -> None:
    """Never a path of this machine: the log has it."""
    problem = msgspec.json.decode(problem_of(error).body, type=Problem)  # type: ignore[arg-type]

    assert (error.reason, text) == (problem.reason, problem.detail)
