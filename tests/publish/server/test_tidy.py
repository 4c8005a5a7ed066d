"""The publisher's server deletes old snapshots while it runs."""

import asyncio
import os
from collections.abc import Callable
from datetime import datetime, timedelta

from structlog.testing import capture_logs

from edge.publish.repository import Repository, SignedIsland
from edge.publish.server import PublisherServer
from edge.records import IslandName
from tests.waiting import until

DROP = IslandName("acme", "drop")


async def test_old_snapshots_are_deleted_every_ten_minutes(
    repository: Repository, island_signer: Callable[..., Callable[[int], SignedIsland]], now: datetime
) -> None:
    """A file that cannot be deleted is a warning; the server goes on, and the next attempt deletes the rest."""
    for minutes in range(10):
        moment = now + timedelta(minutes=minutes)
        await asyncio.to_thread(repository.publish_island, DROP, island_signer("new"), now=moment)
    paths = sorted(repository.metadata.glob("*.snapshot.json"), key=lambda path: int(path.name.partition(".")[0]))
    for path in paths:
        os.utime(path, (now.timestamp(), now.timestamp()))
    paths[0].unlink()
    paths[0].mkdir()
    clock = [now + timedelta(minutes=80)]
    server = PublisherServer(
        home=repository.home, host="127.0.0.1", port=0, timestamp_interval_s=0.02, now=lambda: clock[0]
    )
    with capture_logs() as lines:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run(on_ready=lambda _url: None))

            async def is_logged(event: str) -> bool:
                return any(line["event"] == event for line in lines)

            await until(lambda: is_logged("old snapshots cannot be deleted"), "a warning")
            paths[0].rmdir()
            clock[0] += timedelta(minutes=10)
            await until(lambda: is_logged("old snapshots are deleted"), "the deletion")
            server.request_stop()

    assert paths[-4:] == sorted(repository.metadata.glob("*.snapshot.json"), key=paths.index)
