"""A publisher keeps the logs of its fleet's members, and compares them with what it cosigned."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from edge.errors import Reason, RefusedError
from edge.ledger import NoteKey, Submission
from edge.publish.fleet import FleetMembers, PublisherAuth, issue_token
from edge.publish.repository import Repository
from edge.publish.server import PublisherServer
from edge.records.archive import ArchiveState
from edge.trust import PopSigner
from edge.wire.archive import ArchiveClient
from edge.wire.publisher import WITNESS_PATH, WitnessClient
from tests.archive.closed_logs import LOG, ORIGIN, POP, POP_PEN, ClosedOne, files_in

SIGNER = PopSigner(bytes(POP_PEN))


@asynccontextmanager
async def serving(home: Path, tokens: Path, **settings: Any) -> AsyncIterator[str]:
    """A publisher that asks for tokens; gives its URL."""
    guard = await asyncio.to_thread(lambda: PublisherAuth(tokens=tokens))
    server = PublisherServer(home=home, host="127.0.0.1", port=0, timestamp_interval_s=5, guard=guard, **settings)
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(server.run(on_ready=ready.set_result))
    try:
        yield await ready
    finally:
        server.request_stop()
        await task


async def put_all(client: ArchiveClient, one: ClosedOne) -> ArchiveState:
    """Put a log."""
    for number in range((await client.put_log(LOG, one.closed())).bundles, one.bundles):
        await client.put_bundle(LOG, number, one.bundle(number))
    return (await client.put_log(LOG, one.closed())).state


async def test_who_may_put_which_log(repository: Repository, tmp_path: Path) -> None:
    """A member, with its own token, whose log begins with what was cosigned: one history is enough for its key."""
    tokens, home = tmp_path / "tokens", repository.home
    own, other = [await asyncio.to_thread(issue_token, tokens, name) for name in (POP, "fra-2")]
    seen, fork = ClosedOne(300), ClosedOne(310, first=5)
    async with serving(home, tokens) as url, aiohttp.ClientSession() as session:

        def client(token: str) -> ArchiveClient:
            headers = {"Authorization": f"Bearer {token}"}
            return ArchiveClient(session, url, pop=POP, sign=SIGNER.sign_as, headers=headers)

        refusals = []
        for token in (own, other):
            with pytest.raises(RefusedError) as caught:
                await client(token).put_log(LOG, seen.closed())
            refusals.append((caught.value.reason, caught.value.text.partition(": ")[2]))
        await asyncio.to_thread(FleetMembers(home).add, POP, SIGNER.public.hex())
        session.headers["Authorization"] = f"Bearer {own}"
        witness = WitnessClient(session, f"{url}/{WITNESS_PATH}", timeout_s=10)
        note = seen.checkpoint(200).sign(POP_PEN)
        await witness.add_checkpoint(Submission(0, (), note).body)
        with pytest.raises(RefusedError, match="the first 200 entries have another root") as caught:
            await put_all(client(own), fork)
        refusals.append((caught.value.reason, ""))
        with pytest.raises(RefusedError, match="has 150 entries, expected the 200 that were cosigned") as caught:
            await client(own).put_log(LOG, ClosedOne(150).closed())
        refusals.append((caught.value.reason, ""))
        state = await put_all(client(own), seen)

    unknown = f"this PoP is not of the fleet; run: skerry publisher pops add POP --key KEY --home {home}"
    assert [
        (Reason.POP_UNKNOWN, unknown),
        (Reason.SIGNATURE_INVALID, "the token is of PoP 'fra-2', expected the token of the PoP in the path"),
        (Reason.HASH_MISMATCH, ""),
        (Reason.ROLLBACK, ""),
    ] == refusals
    assert ArchiveState.KEPT is state
    kept = await asyncio.to_thread(files_in, home / "archive" / ORIGIN)
    assert seen.files.keys() < kept.keys()
    assert NoteKey(ORIGIN, SIGNER.public).name.encode() in kept["checkpoint"]


async def test_publisher_that_keeps_no_logs(repository: Repository, tmp_path: Path) -> None:
    """With `--archive-bytes 0`. The refusal names the option."""
    tokens, home = tmp_path / "tokens", repository.home
    headers = {"Authorization": f"Bearer {await asyncio.to_thread(issue_token, tokens, POP)}"}
    await asyncio.to_thread(FleetMembers(home).add, POP, SIGNER.public.hex())
    async with serving(home, tokens, archive_bytes=0) as url, aiohttp.ClientSession() as session:
        client = ArchiveClient(session, url, pop=POP, sign=SIGNER.sign_as, headers=headers)
        with pytest.raises(RefusedError, match=r"expected at most 0; its operator .* sets --archive-bytes") as caught:
            await client.put_log(LOG, ClosedOne(3).closed())

    assert Reason.TOO_LARGE is caught.value.reason
