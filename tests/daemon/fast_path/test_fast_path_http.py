"""`edge.daemon.fast_path`: a running PoP answers on the fast path, byte for byte, what it answers through aiohttp."""

import asyncio
import gc
import json
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edge.cli.demo.origin import DemoOrigin
from edge.daemon.callers import INGEST_TOKEN_HEADER
from edge.daemon.fast_path import SnippetFastPath
from edge.host import utc_now
from tests.daemon.conftest import NO_LIMITS, RunningPop, pop_config, running_pop, running_publisher
from tests.daemon.languages.test_locales_http import in_german
from tests.host.door.test_connection import STREAMS
from tests.pen import DROP, Pen
from tests.waiting import until, until_true

ISLAND = f"/v1/islands/{DROP}"
PAGE = "https://shop.example"
HAND_OVER = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
"""The fast path takes only snippets and files: from this request on, a connection is aiohttp's."""

_DATE = re.compile(rb"\r\nDate: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT(?=\r\n)")


class Client:
    """A connection that the test writes bytes to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def response(self, *, is_head: bool = False) -> bytes:
        """The next response, its `Date` as `now`; empty if the connection was closed."""
        async with asyncio.timeout(10):
            try:
                head = await self.reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return b""
            found = re.search(rb"\r\ncontent-length: (\d+)", head.lower())
            body = await self.reader.readexactly(int(found[1]) if found and not is_head else 0)
        return _DATE.sub(b"\r\nDate: now", head) + body

    async def ask(self, data: bytes, *, is_head: bool = False) -> bytes:
        """The response to a request."""
        self.writer.write(data)
        return await self.response(is_head=is_head)


_OPEN: list[Client] = []


@pytest.fixture(autouse=True)
async def _closed_connections() -> AsyncIterator[None]:
    yield
    for client in _OPEN:
        client.writer.transport.abort()
    # So that the loop closes them before it is closed.
    await asyncio.sleep(0)
    _OPEN.clear()


class Paths:
    """A PoP, asked on its fast path and without it."""

    def __init__(self, pop: RunningPop, calls: list[bool]) -> None:
        self.pop, self.calls = pop, calls
        """`calls`: of each reading that the fast path saw, whether it answered."""

    async def connect(self) -> Client:
        """A new connection, which the fast path reads first."""
        client = Client(*await asyncio.open_connection("127.0.0.1", int(self.pop.url.rpartition(":")[2])))
        _OPEN.append(client)
        return client

    async def passed_on(self) -> Client:
        """A connection that is aiohttp's."""
        client = await self.connect()
        assert (await client.ask(HAND_OVER)).startswith(b"HTTP/1.1 200")
        return client

    async def both(self, data: bytes, *, is_head: bool = False) -> tuple[bytes, bytes]:
        """The response on the fast path, if the fast path takes it, and the one by aiohttp."""
        found = []
        for client in (await self.passed_on(), await self.connect()):
            found.append(await client.ask(data, is_head=is_head))
            if self.calls[-1]:
                # From what is kept of the first time.
                assert found[-1] == await client.ask(data, is_head=is_head)
            client.writer.transport.abort()
        return found[1], found[0]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each reading that the fast path saw, whether it answered."""
    seen: list[bool] = []
    answer = SnippetFastPath.answer

    def noted(self: SnippetFastPath, data: bytes, peer: str, /) -> bytes | None:
        found = answer(self, data, peer)
        seen.append(found is not None)
        return found

    monkeypatch.setattr(SnippetFastPath, "answer", noted)
    return seen


@pytest.fixture(params=["any page", "one page"])
async def paths(
    pen: Pen, tmp_path: Path, origin: DemoOrigin, calls: list[bool], request: pytest.FixtureRequest
) -> AsyncIterator[Paths]:
    """A PoP that serves the sample drop in English and German, to every page or to one."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    await asyncio.to_thread(pen.publish, home, in_german(pen.prepared))
    origins = ["*"] if request.param == "any page" else [PAGE]
    async with running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path,
            publisher_url=publisher_url,
            origin_url=origin.url,
            limits=NO_LIMITS,
            http={"port": 0, "cors_origins": origins},
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            yield Paths(pop, calls)


SNIPPETS = ("ship-date", "nothing", "no-such-snippet-at-all", "Ship-Date", "ship-date/", "ship%2ddate", "")
FILES = ("/widget/skerry.js", "/widget/manifest.json", "/widget/no.js", "/widget/", "/widget/a/b")
TARGETS = st.one_of(
    st.sampled_from([f"{ISLAND}/snippets/{snippet}" for snippet in SNIPPETS]),
    st.sampled_from(
        ["/v1/islands/no/body/snippets/x", f"{ISLAND}/snippets/ship-date?locale=de", ISLAND, "/v1/islands"]
    ),
    st.sampled_from(FILES),
    st.text(alphabet="abc/-.%2?=&", max_size=12).map(lambda text: f"{ISLAND}/snippets/{text}"),
)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
TAGS = st.lists(
    st.one_of(st.sampled_from(['"x"', "ETAG", "W/ETAG", "*", "", " ETAG ", "W/*"]), VALUES), min_size=1, max_size=3
).map(",".join)
LANGUAGES = st.one_of(
    st.lists(st.sampled_from(["de", "en", "de-AT;q=0.5", "fr;q=1", "*", "de;q=0", ""]), max_size=4).map(",".join),
    VALUES,
)
HEADERS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["If-None-Match", "if-none-match"]), TAGS),
        st.tuples(st.just("Accept-Language"), LANGUAGES),
        st.tuples(st.just("Origin"), st.one_of(st.sampled_from([PAGE, f"{PAGE} ", "null", "*"]), VALUES)),
        st.tuples(st.just("Connection"), st.sampled_from(["keep-alive", "Keep-Alive, x", "TE", "x"])),
        st.tuples(
            st.sampled_from(["Authorization", "X-Forwarded-For", "Forwarded", "Skerry-Ingest-Token", "Cookie"]), VALUES
        ),
        st.tuples(st.just("Accept-Encoding"), st.sampled_from(["gzip, br", "gzip;q=1", "br", "GZIP"])),
        st.tuples(
            st.sampled_from(["Accept", "Accept-Encoding", "If-Modified-Since", "If-Match", "Range", "Prefer", "Date"]),
            VALUES,
        ),
        st.tuples(st.sampled_from(["Content-Encoding", "Content-Length"]), st.sampled_from(["gzip", "identity", "0"])),
        st.tuples(st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,8}", fullmatch=True), VALUES),
    ),
    max_size=5,
)
_SLOW = {"transfer-encoding", "expect", "upgrade", "host"}
"""They end a connection, or wait for bytes that do not come. `test_bad_input` has them."""


def _request(method: str, target: str, headers: list[tuple[str, str]], etag: str) -> bytes:
    lines = [f"{method} {target or '/'} HTTP/1.1", "Host: x"]
    lines += [f"{name}: {value.replace('ETAG', etag)}" for name, value in headers if name.lower() not in _SLOW]
    return "\r\n".join((*lines, "", "")).encode()


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(method=st.sampled_from(["GET", "HEAD", "GET", "HEAD", "OPTIONS"]), target=TARGETS, headers=HEADERS)
@example(method="GET", target=f"{ISLAND}/snippets/ship-date", headers=[])
@example(method="HEAD", target=f"{ISLAND}/snippets/ship-date", headers=[("If-None-Match", "ETAG")])
@example(method="GET", target=f"{ISLAND}/snippets/ship-date", headers=[("If-None-Match", '"x", W/ETAG')])
@example(method="GET", target=f"{ISLAND}/snippets/ship-date", headers=[("Accept-Language", "de"), ("Origin", PAGE)])
@example(method="HEAD", target=f"{ISLAND}/snippets/nothing", headers=[("Origin", "https://stranger.example")])
@example(method="GET", target="/v1/islands/no/body/snippets/x", headers=[])
@example(method="GET", target=f"{ISLAND}/snippets/ship-date", headers=[("Origin", f"{PAGE} ")])
@example(method="GET", target=f"{ISLAND}/snippets/ship-date", headers=[("If-None-Match", "* \t")])
@example(method="GET", target="/widget/skerry.js", headers=[("Accept-Encoding", "gzip"), ("Origin", PAGE)])
@example(method="HEAD", target="/widget/skerry.js", headers=[("Accept-Encoding", "br")])
@example(method="GET", target="/widget/skerry.js", headers=[("If-None-Match", "FILE"), ("Accept-Encoding", "gzip")])
@example(method="GET", target="/widget/no.js", headers=[("Origin", PAGE)])
async def test_both_paths_say_the_same(paths: Paths, method: str, target: str, headers: list[tuple[str, str]]) -> None:
    """Header for header, in the same order, and the same body; `Date` is in both."""
    _, _, own = await paths.pop.get(f"{ISLAND}/snippets/ship-date")
    _, _, file = await paths.pop.get("/widget/skerry.js")
    headers = [(name, value.replace("FILE", file.headers["ETag"])) for name, value in headers]
    data = _request(method, target, headers, own.headers["ETag"])
    fast, slow = await paths.both(data, is_head=method == "HEAD")

    assert slow == fast
    assert fast.startswith(b"HTTP/1.1 ")


def get(target: str, *headers: str) -> bytes:
    """A GET with these header lines."""
    return "\r\n".join((f"GET {target} HTTP/1.1", "Host: x", *headers, "", "")).encode()


SNIPPET = f"{ISLAND}/snippets/ship-date"
TAKEN: dict[str, tuple[bytes, int]] = {
    "a snippet": (get(SNIPPET), 200),
    "a snippet for HEAD": (get(SNIPPET).replace(b"GET", b"HEAD"), 200),
    "a snippet that the client has": (get(SNIPPET, "If-None-Match: *"), 304),
    "a snippet in another language": (get(SNIPPET, "Accept-Language: de"), 200),
    "a snippet that is not there": (get(f"{ISLAND}/snippets/none"), 404),
    "a file of the widget": (get("/widget/skerry.js"), 200),
    "a file that is not there": (get("/widget/no.js"), 404),
    "an island that is not there": (get("/v1/islands/no/body/snippets/none"), 404),
}
NOT_TAKEN: dict[str, bytes] = {
    "another path": get(ISLAND),
    "a file with a query": get("/widget/skerry.js?1"),
    "a query": get(SNIPPET + "?revision=1"),
    "a name that is none": get(f"{ISLAND}/snippets/None"),
    "a range": get(SNIPPET, "Range: bytes=0-1"),
    "a connection that closes": get(SNIPPET, "Connection: close"),
    "the end of it missing": get(SNIPPET)[:-2],
}


@pytest.mark.parametrize("sentence", TAKEN)
async def test_plain_requests_are_answered_on_the_fast_path(sentence: str, pop: RunningPop, calls: list[bool]) -> None:
    """Again and again on one connection."""
    data, status = TAKEN[sentence]
    client = await Paths(pop, calls).connect()
    found = [await client.ask(data, is_head=data.startswith(b"HEAD")) for _ in range(3)]

    assert [b"HTTP/1.1 %d " % status] * 3 == [one[:13] for one in found]
    assert all(b"\r\nDate: now\r\n" in one for one in found)
    assert [True] * 3 == calls[-3:]


@pytest.mark.parametrize("sentence", NOT_TAKEN)
async def test_connection_is_passed_on_for_good(sentence: str, pop: RunningPop, calls: list[bool]) -> None:
    """By what the fast path does not take; it never sees the connection again."""
    client = await Paths(pop, calls).connect()
    await client.ask(get(SNIPPET))
    before = len(calls)
    client.writer.write(NOT_TAKEN[sentence])
    await until_true(lambda: len(calls) > before, "the request read")
    client.writer.write(b"\r\n" if sentence == "the end of it missing" else get(SNIPPET))

    assert (await client.response()).startswith(b"HTTP/1.1 ")
    assert [False] == calls[before:]


async def test_requests_split_at_every_byte(pop: RunningPop, calls: list[bool]) -> None:
    """After a whole one, which the fast path answers: both get the same response."""
    paths, data = Paths(pop, calls), get(SNIPPET)
    for size in range(1, len(data)):
        client = await paths.connect()
        whole, before = await client.ask(data), len(calls)
        client.writer.write(data[:size])
        await until_true(lambda: len(calls) > before, "the beginning read")  # noqa: B023 - awaited at once
        client.writer.write(data[size:])

        assert whole == await client.response()
        client.writer.transport.abort()


async def test_pipeline_whose_responses_are_many_bytes(
    pop: RunningPop, calls: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is aiohttp's, which makes one response after the other; a single response may have any size."""
    monkeypatch.setattr("edge.daemon.fast_path.snippet_fast_path.MAX_RESPONSES_BYTES", 1_000)
    client = await Paths(pop, calls).connect()
    whole, before = await client.ask(get(SNIPPET)), len(calls)
    client.writer.write(get(SNIPPET) * 3)

    assert [whole] * 3 == [await client.response() for _ in range(3)]
    assert [False] == calls[before:]


@pytest.mark.parametrize("header", ["Authorization: Bearer x", "Cookie: a=b", f"{INGEST_TOKEN_HEADER}: x"])
async def test_bytes_that_show_a_token_are_not_kept(header: str, pop: RunningPop, calls: list[bool]) -> None:
    """They are answered, and forgotten."""
    client = await Paths(pop, calls).connect()
    await client.ask(get(SNIPPET))
    await client.ask(get(SNIPPET, header))
    paths = [one for one in gc.get_objects() if isinstance(one, SnippetFastPath)]
    kept = [data for path in paths for data in path._given]

    assert get(SNIPPET) in kept
    assert not any(header.encode() in one for one in kept)


@pytest.mark.parametrize("sentence", STREAMS)
async def test_bad_input(sentence: str, pop: RunningPop, calls: list[bool]) -> None:
    """The door's whole list, about a snippet: both paths say the same, and end the connection or not."""
    data, expected = STREAMS[sentence]
    # A PoP allows longer headers than the door of that list.
    data = data.replace(b"/echo", SNIPPET.encode()).replace(b"a" * 2_000, b"a" * 20_000)
    data = data.replace(b"b" * 2_000, b"b" * 20_000)
    paths, found = Paths(pop, calls), []
    for client in (await paths.passed_on(), await paths.connect()):
        client.writer.write(data)
        found.append([await client.response() for _ in expected])

    assert found[0] == found[1]


async def test_shelf_swapped_in_the_middle_of_a_pipeline(
    pop: RunningPop, calls: list[bool], pen: Pen, tmp_path: Path
) -> None:
    """Every response is whole and in its place. On open connections, too, the new revision follows the old one."""
    paths = Paths(pop, calls)
    clients = [await paths.connect() for _ in range(4)]

    async def follow(client: Client) -> list[int]:
        revisions: list[int] = []
        while revisions[-3:] != [2, 2, 2]:
            client.writer.write(get(SNIPPET) * 5)
            responses = [await client.response() for _ in range(5)]
            revisions += [json.loads(one.partition(b"\r\n\r\n")[2])["revision"] for one in responses]
        return revisions

    following = [asyncio.create_task(follow(client)) for client in clients]
    await asyncio.to_thread(pen.publish, tmp_path / "home")
    async with asyncio.timeout(30):
        found = [await task for task in following]

    assert all(sorted(revisions) == revisions for revisions in found)
    assert {1, 2} == {revision for revisions in found for revision in revisions}
    assert all(calls)


class Clock:
    """The PoP's clock, which the test moves."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """The time."""
        return utc_now() + self.ahead


async def test_time_changes_what_both_paths_say(
    pen: Pen, tmp_path: Path, origin: DemoOrigin, calls: list[bool]
) -> None:
    """Fresh, stale, in the last seconds, stopped, and back: the bytes are never older than the state."""
    home, clock = await asyncio.to_thread(pen.copy_home, tmp_path / "home"), Clock()
    async with running_publisher(home) as publisher_url:
        config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url)
        async with running_pop(config, origin, now=clock) as pop:
            await pop.until_served()
            paths, found = Paths(pop, calls), []
            serve_until = datetime.fromisoformat(json.loads((await pop.get(ISLAND))[1])["serve_until"])
            left_s = (serve_until - utc_now()).total_seconds()
            for ahead_s in (0.0, left_s - 45, left_s - 20.5, left_s - 2.5, left_s + 60, 0.0):
                clock.ahead = timedelta(seconds=ahead_s)
                fast, slow = await paths.both(get(SNIPPET))
                found.append((fast == slow, fast.split()[1], re.findall(rb"State: (\w+)|max-age=(\d+)", fast)))

    assert [True] * 6 == [same for same, _, _ in found]
    assert [b"200"] * 4 + [b"503"] + [b"200"] == [status for _, status, _ in found]
    assert [b"5", b"5", b"5", b"2"] == [ages[0][1] for _, _, ages in found[:4]]
    assert (b"stale", b"fresh") == (found[1][2][1][0], found[5][2][1][0])


async def test_withdrawn_island(pop: RunningPop, calls: list[bool], pen: Pen, tmp_path: Path) -> None:
    """It is gone from both paths at once, on connections that are open."""
    paths = Paths(pop, calls)
    client = await paths.connect()
    before = await client.ask(get(SNIPPET))
    await asyncio.to_thread(pen.withdraw, tmp_path / "home")

    async def is_gone() -> bool:
        return await client.ask(get(SNIPPET)) != before

    await until(is_gone, "the island withdrawn")
    after = await client.ask(get(SNIPPET))
    fast, slow = await paths.both(get(SNIPPET))

    assert after == fast == slow
    assert b"HTTP/1.1 410 Gone" == after.partition(b"\r\n")[0]


async def test_refused_requests_count_on_both_paths(
    pen: Pen, tmp_path: Path, origin: DemoOrigin, calls: list[bool]
) -> None:
    """In the metric, and against the address: then its connection is aiohttp's, and it is told to wait."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    async with running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path,
            publisher_url=publisher_url,
            origin_url=origin.url,
            http={"port": 0},
            limits={**NO_LIMITS, "refused_per_s": 0.01, "refused_burst": 4},
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            paths = Paths(pop, calls)
            slow, fast = await paths.passed_on(), await paths.connect()
            unknown = get(f"{ISLAND}/snippets/none")
            found = [await client.ask(unknown) for client in (slow, fast, fast)]
            exposition = (await pop.get("/metrics"))[1]
            found += [await client.ask(unknown) for client in (fast, fast, slow)]
            another = await (await paths.connect()).ask(get(SNIPPET, "X-Forwarded-For: 192.0.2.9"))

    assert [b"404"] * 4 + [b"429"] * 3 == [one.split()[1] for one in (*found, another)]
    assert b'skerry_refused_requests_total{reason="not_found"} 3.0' in exposition
    assert [True] * 3 + [False] * 2 == calls[-5:]
