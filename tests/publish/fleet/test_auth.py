"""Certificate and tokens of a running publisher."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from edge.errors import ConfigError
from edge.host.watched import FileWatch
from edge.publish.fleet import PublisherAuth, issue_token
from edge.publish.repository import Repository
from edge.publish.server import PublisherServer
from tests.certificates import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority that the clients here trust."""
    return Authority(tmp_path_factory.mktemp("authority") / "ca")


@asynccontextmanager
async def serving(repository: Repository, guard: PublisherAuth) -> AsyncIterator[str]:
    """A publisher with `guard` that looks at its files every 10 ms; yields its URL."""
    server = PublisherServer(
        home=repository.home, host="127.0.0.1", port=0, timestamp_interval_s=5, guard=guard, look_s=0.01
    )
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(server.run(on_ready=ready.set_result))
    try:
        yield await ready
    finally:
        server.request_stop()
        await task


async def status(url: str, path: str, *, token: str = "", ca: Path | None = None) -> int:
    """Status of one GET over a new connection."""
    tls = await asyncio.to_thread(ssl.create_default_context, cafile=ca)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url + path, headers=headers, ssl=tls) as response:
        return response.status


@pytest.mark.parametrize("path", ["/v1/push", "/metadata/timestamp.json", "/targets/acme/x"])
async def test_request_without_a_token(repository: Repository, tmp_path: Path, path: str) -> None:
    """Stream and repository need a token; the liveness check and the page of reasons do not."""
    await asyncio.to_thread(issue_token, tmp_path / "tokens", "fra-1")
    guard = await asyncio.to_thread(lambda: PublisherAuth(tokens=tmp_path / "tokens"))
    async with serving(repository, guard) as url:
        assert [401, 401, 200, 200] == [
            await status(url, path),
            await status(url, path, token="of-somebody-else"),
            await status(url, "/livez"),
            await status(url, "/problems"),
        ]


async def test_token_that_is_added_and_removed_while_serving(repository: Repository, tmp_path: Path) -> None:
    """A PoP gains and loses access without a restart."""
    path = tmp_path / "tokens"
    await asyncio.to_thread(issue_token, path, "fra-1")
    guard = await asyncio.to_thread(lambda: PublisherAuth(tokens=path))
    async with serving(repository, guard) as url:
        token = await asyncio.to_thread(issue_token, path, "fra-2")
        while await status(url, "/metadata/timestamp.json", token=token) != 200:
            pass
        await asyncio.to_thread(path.write_text, "")
        while await status(url, "/metadata/timestamp.json", token=token) != 401:
            pass


async def test_push_stream_of_a_token_that_is_replaced(repository: Repository, tmp_path: Path) -> None:
    """It ends, so that a thief of the token reads no further. The stream of another PoP goes on."""
    path = tmp_path / "tokens"
    old = {pop: await asyncio.to_thread(issue_token, path, pop) for pop in ("fra-1", "fra-2")}
    guard = await asyncio.to_thread(lambda: PublisherAuth(tokens=path))
    async with serving(repository, guard) as url, aiohttp.ClientSession() as session:
        headers = [{"Authorization": f"Bearer {token}"} for token in old.values()]
        first = await session.get(f"{url}/v1/push", headers=headers[0])
        second = await session.get(f"{url}/v1/push", headers=headers[1])
        await asyncio.to_thread(issue_token, path, "fra-1")
        async with asyncio.timeout(30.0):
            await first.content.read()

        assert (True, False) == (first.content.at_eof(), second.content.at_eof())
        first.close()
        second.close()


async def test_faulty_tokens_file(repository: Repository, tmp_path: Path) -> None:
    """The tokens that were read before stay valid, so that a typing mistake does not lock out the fleet."""
    path = tmp_path / "tokens"
    token = await asyncio.to_thread(issue_token, path, "fra-1")
    guard = await asyncio.to_thread(lambda: PublisherAuth(tokens=path))
    await asyncio.to_thread(path.write_text, "oops\n")
    await FileWatch(guard.watched).look_at_all()
    async with serving(repository, guard) as url:
        assert 200 == await status(url, "/metadata/timestamp.json", token=token)


async def test_https_with_a_certificate_that_is_renewed(
    repository: Repository, tmp_path: Path, authority: Authority
) -> None:
    """A client must trust the authority. The next connection gets the new certificate."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    for target, source in zip((certificate, key), await asyncio.to_thread(authority.issue, "first"), strict=True):
        await asyncio.to_thread(source.rename, target)
    guard = await asyncio.to_thread(lambda: PublisherAuth(certificate=certificate, key=key))
    async with serving(repository, guard) as url:
        assert url.startswith("https://")
        assert 200 == await status(url, "/livez", ca=authority.ca)
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await status(url, "/livez")
        other = await asyncio.to_thread(Authority, tmp_path / "other")
        for target, source in zip((certificate, key), await asyncio.to_thread(other.issue, "second"), strict=True):
            await asyncio.to_thread(source.rename, target)
        while True:
            try:
                assert 200 == await status(url, "/livez", ca=other.ca)
            except aiohttp.ClientConnectorError:
                # Still the old certificate, or only one of the two files is in place.
                continue
            break


def test_certificate_that_is_missing(tmp_path: Path) -> None:
    """The error names the file and ends with a command that prints it."""
    path = tmp_path / "none.pem"

    with pytest.raises(ConfigError) as caught:
        PublisherAuth(certificate=path)
    assert caught.value.text == (
        f"cannot use the certificate {path} with key {path}: No such file or directory,"
        f" look at it with: openssl x509 -noout -text -in {path}"
    )


def test_key_of_another_certificate(tmp_path: Path, authority: Authority) -> None:
    """It is refused at start, before a PoP connects."""
    certificate, _ = authority.issue("mine")
    _, key = authority.issue("another")
    del tmp_path

    with pytest.raises(ConfigError, match="KEY_VALUES_MISMATCH"):
        PublisherAuth(certificate=certificate, key=key)
