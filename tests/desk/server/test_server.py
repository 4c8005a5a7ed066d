"""The desk as a process: its home, its port, its files that are read again."""

import asyncio
from pathlib import Path

import pytest

from edge.desk.server import DeskServer, admin_folder
from edge.errors import ConfigError, StorageError
from edge.host.admin import AdminPeer, call_admin
from edge.host.watched import ServerCertificate
from tests.certificates import Authority
from tests.desk.desk import Caller, Clock, RunningDesk, running, token_of


async def test_second_desk_of_a_home(served: RunningDesk, home: Path) -> None:
    """It is refused, and the first one goes on."""
    with pytest.raises(ConfigError, match="is in use by process"):
        async with running(home):
            pass

    async with served.session.get(f"{served.url}/livez") as response:
        assert "live\n" == await response.text()


async def test_port_in_use(served: RunningDesk, tmp_path: Path) -> None:
    """The error names the command with another port."""
    port = int(served.url.rpartition(":")[2])
    with pytest.raises(ConfigError, match=r"is in use, choose another with: skerry desk serve --port PORT --home"):
        async with running(tmp_path / "other", port=port):
            pass


async def test_damaged_file(home: Path) -> None:
    """A desk does not begin with a file that cannot be read, and leaves it alone."""
    async with running(home):
        pass
    file = home / "desk" / "desk.db"
    await asyncio.to_thread(file.write_bytes, b"x" * 8192)
    with pytest.raises(StorageError, match="does not begin like a SQLite database"):
        async with running(home):
            pass

    assert b"x" * 8192 == await asyncio.to_thread(file.read_bytes)


async def test_reload(served: RunningDesk, home: Path) -> None:
    """A command makes the desk read its tokens at once."""
    token = await token_of(home, "fra-1")
    before, _ = await served.caller(token).get("/v1/pops/fra-1/events", Accept="application/json")
    peer = AdminPeer(admin_folder(home), kind="desk", start="", typed="")
    await asyncio.to_thread(call_admin, peer, "/v1/reload", {})
    after, _ = await served.caller(token).get("/v1/pops/fra-1/events", Accept="application/json")

    assert (401, 200) == (before, after)


async def test_bad_token_file(served: RunningDesk, pop: Caller, home: Path) -> None:
    """What was read before stays in force."""
    await asyncio.to_thread((home / "desk-tokens.json").write_text, "{")
    reports = await served.server._files.look_at_all()
    status, _ = await pop.get("/v1/pops/fra-1/events", Accept="application/json")

    assert 200 == status
    assert "is not a desk's file of tokens" in reports[0].why


def test_bad_token_file_at_the_start(home: Path) -> None:
    """The desk does not start, and the error says what to do."""
    home.mkdir()
    (home / "desk-tokens.json").write_text('{"tokens": [{"sha256": "secret"}]}')

    with pytest.raises(ConfigError, match="or begin again with: mv") as refused:
        DeskServer(home=home, host="127.0.0.1", port=0)
    assert "secret" not in refused.value.text


async def test_unknown_path(anna: Caller, served: RunningDesk) -> None:
    """404 for somebody with a token, 401 for anybody else; the page of reasons is open to all."""
    status, problem = await anna.get("/v1/nothing")

    assert (404, "there is nothing at this path, expected one listed in /openapi.json") == (status, problem["detail"])
    assert 401 == (await served.caller("none").get("/v1/nothing"))[0]
    async with served.session.get(f"{served.url}/problems") as response:
        assert 200 == response.status


async def test_tls(home: Path, tmp_path: Path, clock: Clock) -> None:
    """With a certificate it is HTTPS alone."""
    certificate, key = await asyncio.to_thread(lambda: Authority(tmp_path / "ca").issue("desk"))
    chain = await asyncio.to_thread(ServerCertificate, certificate, key)
    async with running(home, now=clock, certificate=chain) as desk:
        assert desk.url.startswith("https://")
        async with desk.session.get(f"{desk.url}/livez", ssl=False) as response:
            assert 200 == response.status
