"""Every rotation and recovery reaches a PoP that runs, without a restart of it or of the publisher."""

import asyncio

import pytest

from edge.cli.demo import Harness
from edge.host import utc_now
from edge.publish.repository import Repository
from edge.records import IslandState, Outcome
from tests.journeys.steps import ask, status, until_serving, until_state
from tests.pen import DROP, Pen

pytestmark = pytest.mark.journey


async def _oldest_key(harness: Harness) -> str:
    """The id of the tenant's first key."""
    state = await asyncio.to_thread(Repository(harness.home).state)
    return next(iter(state.keys(DROP.tenant).values())).keyid


def _drive_up(harness: Harness) -> None:
    """What a thief of both online keys does: numbers that honest ones never reach."""
    with Repository(harness.home).change(utc_now()) as change:
        for role in ("snapshot", "timestamp"):
            change.touch(role)
            change.state.signed(role).version = 10**12


async def test_every_role_rotated_under_a_running_pop(harness: Harness, pen: Pen) -> None:
    """Root, targets, snapshot, timestamp and the tenant's key: after each the next revision arrives."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    process = harness.process_id("pop")
    home = ("--home", str(harness.home))
    for revision, role in enumerate(("timestamp", "snapshot", "targets", "root", DROP.tenant), start=2):
        await harness.skerry("keys", "rotate", role, *home)
        await asyncio.to_thread(pen.publish, harness.home)
        await until_serving(harness, revision)
    await harness.skerry("keys", "revoke", DROP.tenant, await _oldest_key(harness), *home)
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 7)

    assert process == harness.process_id("pop")
    assert (await ask(harness, pen.example)).outcome is Outcome.ANSWER


async def test_stolen_tenant_key_under_a_running_pop(harness: Harness, pen: Pen) -> None:
    """What it signed is gone at once; what the new key signs is served."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await harness.skerry("recover", "tenant-key", DROP.tenant, "--home", str(harness.home))
    await until_state(harness, IslandState.WITHDRAWN)
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 2)

    assert (await status(harness)).last_error == ""


async def test_stolen_online_keys_under_a_running_pop(harness: Harness, pen: Pen) -> None:
    """A PoP that took enormous versions follows the honest publisher again."""
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await asyncio.to_thread(_drive_up, harness)
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 2)
    await harness.skerry("recover", "online-keys", "--home", str(harness.home))
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 3)
