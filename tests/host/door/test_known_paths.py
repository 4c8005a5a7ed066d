"""A method that llhttp does not know: 405 with `Allow` at a path that is here, else these bytes are no request."""

import pytest
from aiohttp import web

from edge.host.door.refusal import NOT_HTTP, KnownPaths


async def _nothing(_request: web.Request) -> web.Response:
    return web.Response()


@pytest.fixture
def paths() -> KnownPaths:
    """The paths of a small application."""
    app = web.Application()
    app.add_routes([web.get("/v1/tickets/{id}", _nothing), web.post("/v1/a+b", _nothing)])
    return KnownPaths(app)


@pytest.mark.parametrize(
    ("data", "allow"),
    [
        (b"FOO /v1/tickets/7 HTTP/1.1\r\nHost: a\r\n\r\n", b"GET, HEAD"),
        (b"FOO /v1/tickets/7?a=b HTTP/1.0\r\n", b"GET, HEAD"),
        (b"FOO /v1/a+b HTTP/1.1\r\n", b"POST"),
    ],
)
def test_path_that_is_here(paths: KnownPaths, data: bytes, allow: bytes) -> None:
    """The response names what the path takes, and quotes nothing."""
    response = paths.refusal_of_unknown_method(data).to_bytes(keep_alive=False)

    assert response.startswith(b"HTTP/1.1 405 ")
    assert b"\r\nAllow: " + allow + b"\r\n" in response
    assert b"FOO" not in response


@pytest.mark.parametrize(
    "data",
    [
        b"FOO /v1/nowhere HTTP/1.1\r\n",
        b"FOO /v1/tickets/7/more HTTP/1.1\r\n",
        b"FOO /v1/tickets/7 HTTP/1.1",
        b"FOO /v1/tickets/7 HTTP/2.0\r\n",
        b"FOO http://a/v1/tickets/7 HTTP/1.1\r\n",
        b"GET /v1/tickets/7 HTTP/1.1\r\n\r\nFOO /v1/a+b HTTP/1.1\r\n",
        b"\x16\x03\x01",
        b"",
    ],
)
def test_no_request(paths: KnownPaths, data: bytes) -> None:
    """A cut line, another path, another version, and a good request before the one at fault."""
    assert NOT_HTTP == paths.refusal_of_unknown_method(data)
