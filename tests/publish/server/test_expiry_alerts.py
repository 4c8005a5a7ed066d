"""The publisher's log warns every day of roles that will expire soon."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from structlog.testing import capture_logs

from edge.publish.repository import Repository
from edge.publish.server import PublisherServer
from edge.publish.server.expiry_alerts import ExpiryAlerts
from tests.waiting import until

ACME = "acme: expires in 9 days, run: skerry keys renew acme"


def _warnings(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        line["warning"].partition(" --home ")[0] for line in lines if line["event"] == "role has to be signed again"
    ]


def _remove_key_of_acme(repository: Repository) -> None:
    """Remove the tenant's key from the home, so that the publisher cannot renew its role."""
    (repository.keys.folder / "tenant.acme.json").unlink()


def test_warning_once_a_day(repository: Repository, now: datetime) -> None:
    """The first look warns, and then one a day; others do not."""
    _remove_key_of_acme(repository)
    watch, start = ExpiryAlerts(repository), now + timedelta(days=20, hours=1)
    with capture_logs() as lines:
        for hours in (0, 1, 23, 25, 26):
            repository.renew(now=start + timedelta(hours=hours))
            watch.look(start + timedelta(hours=hours))

    assert [ACME, ACME.replace("9 days", "8 days")] == _warnings(lines)


def test_no_warning_if_the_publisher_has_all_keys(repository: Repository, now: datetime) -> None:
    """The publisher renews these roles itself."""
    with capture_logs() as lines:
        ExpiryAlerts(repository).look(now)

    assert [] == lines


def test_clock_that_was_set_back(repository: Repository, now: datetime) -> None:
    """Warnings do not stop until the clock has caught up."""
    _remove_key_of_acme(repository)
    watch = ExpiryAlerts(repository)
    watch.look(now + timedelta(days=400))
    repository.renew(now=now + timedelta(days=21))
    with capture_logs() as lines:
        watch.look(now + timedelta(days=21))

    assert 1 == len(_warnings(lines))


def test_repository_that_cannot_be_read(repository: Repository, now: datetime) -> None:
    """The log says that expiry cannot be checked; nothing is raised."""
    (repository.metadata / "1.acme.json").write_bytes(b"{}")
    with capture_logs() as lines:
        ExpiryAlerts(repository).look(now)

    (line,) = lines
    assert ("error", "expiry of roles cannot be checked") == (line["log_level"], line["event"])


async def test_server_warns_at_its_start_and_every_day(repository: Repository, now: datetime) -> None:
    """A server that runs for days warns every day."""
    await asyncio.to_thread(_remove_key_of_acme, repository)
    clock = [now + timedelta(days=20, hours=1)]
    server = PublisherServer(
        home=repository.home, host="127.0.0.1", port=0, timestamp_interval_s=0.02, now=lambda: clock[0]
    )
    with capture_logs() as lines:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run(on_ready=lambda _url: None))

            async def warned(times: int) -> bool:
                return len(_warnings(lines)) == times

            await until(lambda: warned(1), "a warning at the start")
            clock[0] += timedelta(days=1, minutes=1)
            await until(lambda: warned(2), "a warning a day later")
            server.request_stop()

    assert [ACME, ACME.replace("9 days", "8 days")] == _warnings(lines)
