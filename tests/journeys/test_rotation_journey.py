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


async def _oldest_key(stage: Harness) -> str:
    """The id of the tenant's first key."""
    state = await asyncio.to_thread(Repository(stage.home).state)
    return next(iter(state.keys(DROP.tenant).values())).keyid


def _drive_up(stage: Harness) -> None:
    """What a thief of both online keys does: numbers that honest ones never reach."""
    with Repository(stage.home).change(utc_now()) as change:
        for role in ("snapshot", "timestamp"):
            change.touch(role)
            change.state.signed(role).version = 10**9


async def test_every_role_rotated_under_a_running_pop(stage: Harness, pen: Pen) -> None:
    """Root, targets, snapshot, timestamp and the tenant's key: after each the next revision arrives."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    process = stage.process_id("pop")
    home = ("--home", str(stage.home))
    for revision, role in enumerate(("timestamp", "snapshot", "targets", "root", DROP.tenant), start=2):
        await stage.skerry("keys", "rotate", role, *home)
        await asyncio.to_thread(pen.publish, stage.home)
        await until_serving(stage, revision)
    await stage.skerry("keys", "revoke", DROP.tenant, await _oldest_key(stage), *home)
    await asyncio.to_thread(pen.publish, stage.home)
    await until_serving(stage, 7)

    assert process == stage.process_id("pop")
    assert (await ask(stage, pen.example)).decision is Outcome.ANSWER


async def test_stolen_tenant_key_under_a_running_pop(stage: Harness, pen: Pen) -> None:
    """What it signed is gone at once; what the new key signs is served."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    await stage.skerry("recover", "tenant-key", DROP.tenant, "--home", str(stage.home))
    await until_state(stage, IslandState.WITHDRAWN)
    await asyncio.to_thread(pen.publish, stage.home)
    await until_serving(stage, 2)

    assert (await status(stage)).last_error == ""


async def test_stolen_online_keys_under_a_running_pop(stage: Harness, pen: Pen) -> None:
    """A PoP that took enormous versions follows the honest publisher again."""
    await stage.start_publisher()
    await stage.start_pop()
    await until_serving(stage, 1)
    await asyncio.to_thread(_drive_up, stage)
    await asyncio.to_thread(pen.publish, stage.home)
    await until_serving(stage, 2)
    await stage.skerry("recover", "online-keys", "--home", str(stage.home))
    await asyncio.to_thread(pen.publish, stage.home)
    await until_serving(stage, 3)
