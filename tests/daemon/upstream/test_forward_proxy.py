"""A PoP that reaches its publisher and its origin through forward proxies, and this machine without one."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.daemon.upstream import Upstream, read_upstream_files
from edge.errors import Cause, ConfigError, UnreachableError
from edge.host import trusted_authorities
from edge.host.watched import FileWatch
from edge.wire.publisher import RepositoryClient
from tests.certificates import Authority
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.daemon.upstream.forward_proxy import forward_proxy, https_front
from tests.daemon.upstream.test_connection import Guarded
from tests.pen import Pen

LOGIN = "fra-1:p@ss:w/rd"
PUBLISHER, ORIGIN = "publisher.test", "desk.test"
"""Names that only the proxy knows."""


def port_of(url: str) -> int:
    """The port at its end."""
    return int(url.rpartition(":")[2].partition("/")[0])


@pytest.fixture
def login_file(tmp_path: Path) -> str:
    """A file with the proxy's login."""
    file = tmp_path / "proxy.login"
    file.touch(mode=0o600)
    file.write_text(LOGIN + "\n")
    return file.name


async def until_at_origin(pop: RunningPop) -> None:
    """Ask for a person, and wait until origin has the ticket."""
    _, document, _ = await pop.post({"island": "northwind/hoodie-drop", "text": "let me talk to a person"})
    await pop.until_at_origin({document["ticket"]})


async def test_islands_and_tickets_through_a_proxy_with_a_login(
    home: Path, tmp_path: Path, origin: DemoOrigin, login_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pushes, polls, statuses and tickets go through it; nobody behind it sees the login, and no log shows it."""
    authority = await asyncio.to_thread(Authority, tmp_path / "desk")
    certificate, key = await asyncio.to_thread(lambda: authority.issue("desk", host=ORIGIN))
    # As if an operator had added the authority to the system's. aiohttp reads those once, when it is imported.
    trusted = await asyncio.to_thread(trusted_authorities, authority.ca)
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusted)
    async with (
        running_publisher(home) as publisher_url,
        https_front(port_of(origin.url), certificate, key) as desk_port,
        forward_proxy({PUBLISHER: port_of(publisher_url), ORIGIN: desk_port}, login=LOGIN) as proxy,
    ):
        by_proxy = {"proxy": proxy.url, "proxy_login_file": login_file}
        config = pop_config(
            tmp_path,
            publisher_url="",
            origin_url="",
            publisher={"url": f"http://{PUBLISHER}", "trusted_root": "home/root.json", **by_proxy},
            origin={"url": f"https://{ORIGIN}/tickets", "retry_base_s": 0.01, **by_proxy},
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            await until_at_origin(pop)

    assert {("GET", PUBLISHER), ("POST", PUBLISHER), ("CONNECT", ORIGIN)} <= set(proxy.asked)
    assert any(b"GET http://publisher.test/v1/push " in head for head in proxy.heads)


async def test_https_publisher_through_a_proxy(pen: Pen, tmp_path: Path, origin: DemoOrigin, login_file: str) -> None:
    """By CONNECT: the proxy sees the publisher's name, and neither the token nor what is asked."""
    guarded = await asyncio.to_thread(Guarded, tmp_path, pen)
    await asyncio.to_thread(guarded.answer_as, PUBLISHER)
    async with (
        guarded.serving(),
        forward_proxy({PUBLISHER: port_of(guarded.url)}, login=LOGIN) as proxy,
    ):
        section = guarded.section(url=f"https://{PUBLISHER}", proxy=proxy.url, proxy_login_file=login_file)
        config = pop_config(tmp_path, publisher_url="", origin_url=origin.url, publisher=section)
        async with running_pop(config, origin) as pop:
            await pop.until_served()

    assert {("CONNECT", PUBLISHER)} == set(proxy.asked)
    assert [] == [head for head in proxy.heads if b"Bearer" in head or b"/v1/" in head]


async def fault_of(folder: Path, publisher: dict[str, Any]) -> UnreachableError:
    """Why this publisher cannot be reached."""
    section = {"trusted_root": "root.json", **publisher}
    config = pop_config(folder, publisher_url="", origin_url="http://x", publisher=section)
    files = await asyncio.to_thread(read_upstream_files, config)
    upstream = Upstream(config, files, FileWatch(list(files.watched)))
    client = RepositoryClient(upstream.session, section["url"], timeout_s=20.0, via=upstream.via)
    try:
        with pytest.raises(UnreachableError) as caught:
            await client.fetch("metadata/x.json", 100)
    finally:
        await upstream.close()
    return caught.value


async def test_proxy_that_does_not_let_us_through(tmp_path: Path, login_file: str, unused_tcp_port: int) -> None:
    """A wrong login and a proxy that is down are told from a publisher that is down. No text holds the login."""
    url = f"https://{PUBLISHER}"
    async with forward_proxy({}, login="another:login") as proxy:
        refused = await fault_of(tmp_path, {"url": url, "proxy": proxy.url, "proxy_login_file": login_file})
        plain = await fault_of(tmp_path, {"url": f"http://{PUBLISHER}", "proxy": proxy.url})
    down = await fault_of(tmp_path, {"url": url, "proxy": f"http://127.0.0.1:{unused_tcp_port}"})

    assert [Cause.PROXY] * 3 == [refused.cause, plain.cause, down.cause]
    address = f"{PUBLISHER}/metadata/x.json"
    assert f"https://{address} could not be reached: its forward proxy answered with status 407" == refused.text
    assert f"http://{address} answered with status 407, expected 200 or 404" == plain.text
    assert down.text.startswith(f"https://{address} could not be reached: its forward proxy could not be reached: ")


async def test_this_machine_is_reached_without_a_proxy(
    home: Path, tmp_path: Path, origin: DemoOrigin, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the configured proxy nor one of the environment is asked: both are down."""
    nobody = f"http://127.0.0.1:{unused_tcp_port}"
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, nobody)
    async with running_publisher(home) as url:
        config = pop_config(
            tmp_path,
            publisher_url="",
            origin_url="",
            publisher={"url": url, "trusted_root": "home/root.json", "proxy": nobody},
            origin={"url": origin.url, "retry_base_s": 0.01, "proxy": nobody},
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            await until_at_origin(pop)


@pytest.mark.parametrize("content", ["", "no-colon\n", "kept:secret\nof:them\n"], ids=["empty", "a word", "two lines"])
async def test_login_that_is_none(tmp_path: Path, login_file: str, content: str) -> None:
    """The PoP does not start; the text names the file, and nothing of its content."""
    (tmp_path / login_file).write_text(content)
    section = {
        "url": f"https://{PUBLISHER}",
        "trusted_root": "root.json",
        "proxy": "http://proxy.test:3128",
        "proxy_login_file": login_file,
    }

    with pytest.raises(ConfigError, match=r"write USER:PASSWORD there: \$EDITOR .*proxy.login$") as caught:
        await asyncio.to_thread(
            read_upstream_files, pop_config(tmp_path, publisher_url="", origin_url="http://x", publisher=section)
        )
    assert "no-colon" not in caught.value.text
    assert "kept" not in caught.value.text
