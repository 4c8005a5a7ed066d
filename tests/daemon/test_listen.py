"""`edge.daemon.listen`: several addresses and a unix socket, and what is said if one cannot be used."""

import socket
from pathlib import Path

import aiohttp
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.errors import ConfigError
from tests.daemon.conftest import pop_config, running_pop, running_publisher


@pytest.mark.usefixtures("home")
async def test_pop_listens_on_both_families_and_a_socket(tmp_path: Path, origin: DemoOrigin) -> None:
    """All hosts have the same port; a socket that a killed process left is replaced, and its group may connect."""
    path = tmp_path / "pop.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    http = {"port": 0, "host": ["127.0.0.1", "::1"], "unix_socket": "pop.sock"}
    async with running_publisher(tmp_path / "home") as publisher_url:
        config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url, http=http)
        async with (
            running_pop(config, origin) as pop,
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as local,
        ):
            port = pop.url.rpartition(":")[2]
            async with pop.http.get(f"http://[::1]:{port}/livez") as reply:
                by_six = reply.status
            async with local.get("http://pop/livez") as reply:
                by_socket = reply.status
            mode = path.stat().st_mode & 0o777

    assert (200, 200, 0o660) == (by_six, by_socket, mode)


@pytest.mark.usefixtures("home")
async def test_port_that_is_taken(tmp_path: Path, origin: DemoOrigin) -> None:
    """The error names the address and the command that finds who has it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = pop_config(tmp_path, publisher_url="http://127.0.0.1:1", origin_url=origin.url, http={"port": port})
        with pytest.raises(ConfigError) as caught:
            async with running_pop(config, origin):
                pass

    assert caught.value.text.startswith(f"cannot listen on 127.0.0.1:{port}: ")
    assert caught.value.text.endswith(f"find the process that does with: ss -ltnp 'sport = :{port}'")


@pytest.mark.usefixtures("home")
async def test_socket_that_another_process_listens_on(tmp_path: Path, origin: DemoOrigin) -> None:
    """It is left to that process."""
    path = tmp_path / "pop.sock"
    http = {"port": 0, "unix_socket": "pop.sock"}
    config = pop_config(tmp_path, publisher_url="http://127.0.0.1:1", origin_url=origin.url, http=http)
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(str(path))
        taken.listen()
        with pytest.raises(ConfigError) as caught:
            async with running_pop(config, origin):
                pass
        is_there = path.is_socket()

    assert is_there
    assert (
        f"cannot listen on {path}: another process listens on it; to see who may write there, run: ls -ld {path.parent}"
        == caught.value.text
    )
