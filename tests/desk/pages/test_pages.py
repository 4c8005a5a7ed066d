"""The desk's pages over HTTP: open to everybody, never stale, and allowed to do little."""

from pathlib import Path

import pytest

from edge.desk.pages import PageRoutes
from edge.errors import ConfigError
from tests.desk.desk import RunningDesk

FILES = {"/": "text/html", "/faces/desk/main.js": "text/javascript", "/faces/desk/page.css": "text/css"}


@pytest.mark.parametrize("path", FILES)
async def test_page_is_open_to_all(served: RunningDesk, path: str) -> None:
    """Without a token, with its type, and with the policy that keeps foreign scripts out."""
    async with served.session.get(served.url + path) as response:
        found = response.status, response.content_type, response.headers["X-Content-Type-Options"]
        policy = response.headers["Content-Security-Policy"].split("; ")

    assert (200, FILES[path], "nosniff") == found
    assert {"default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"} <= set(policy)
    assert "frame-ancestors 'none'" in policy
    assert not [one for one in policy if "unsafe" in one or "*" in one or "http" in one]


async def test_page_that_is_the_newest_is_not_sent_again(served: RunningDesk) -> None:
    """A browser asks each time: page and script of two releases never meet."""
    async with served.session.get(f"{served.url}/") as first:
        etag = first.headers["ETag"]
    async with served.session.get(f"{served.url}/", headers={"If-None-Match": f'"x", W/{etag}'}) as again:
        found = again.status, await again.read(), again.headers["Cache-Control"]

    assert (304, b"", "no-cache") == found


@pytest.mark.parametrize("path", ["/faces/desk/main.ts", "/faces/desk/../../errors.py", "/faces/licences.txt"])
async def test_nothing_else_is_served(served: RunningDesk, path: str) -> None:
    """Paths are those of the files that were there at the start; there is no folder to walk out of."""
    async with served.session.get(served.url + path) as response:
        assert 401 == response.status


def test_files_of_a_page_are_read_once(tmp_path: Path) -> None:
    """What is no part of a page is left out; a page that is not there is an error with what to do."""
    (tmp_path / "desk").mkdir()
    for name in ("page.html", "main.js", "notes.txt"):
        (tmp_path / "desk" / name).write_bytes(b"x")

    assert {"/", "/faces/desk/main.js"} == PageRoutes(tmp_path, {"desk": "/"}).paths
    with pytest.raises(ConfigError, match=r"wall cannot be read: No such file or directory; install Skerry again$"):
        PageRoutes(tmp_path, {"wall": "/wall"})
