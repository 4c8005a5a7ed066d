"""A revision in rollout on a PoP: two revisions are served at once, and each session gets one of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.errors import Reason, RefusedError
from edge.host import utc_now
from edge.publish.compile import sign_island
from edge.publish.release import read_rollout_target, roll_back, widen_rollout
from edge.publish.release.rollout import RolloutTarget, roll_out_over
from edge.publish.repository import Repository
from edge.records import IslandStatus, Revision, Rollout
from edge.shelf import is_in_rollout
from tests.daemon.conftest import (
    RunningPop,
    fleet_sessions,
    pop_config,
    pseudonym,
    running_pop,
    running_publisher,
)
from tests.daemon.sync.test_sync import SyncedPop
from tests.pen import DROP, Pen
from tests.waiting import until

PREVIOUS = Revision(revision=1, opens=utc_now(), expires=utc_now(), max_stale_s=0, length=1, sha256="0" * 64)
SESSIONS = [f"session-{number}" for number in range(40)]


@pytest.fixture
async def synced(pen: Pen, home: Path, tmp_path: Path) -> AsyncIterator[SyncedPop]:
    """A PoP that serves revision 1."""
    with ThreadPoolExecutor(1) as thread:
        pop = await asyncio.to_thread(SyncedPop, home, tmp_path, pen, thread)
        await pop.syncer.sync("poll")
        yield pop
        await asyncio.to_thread(pop.close)


async def publish_rollout(pen: Pen, home: Path, target: str) -> None:
    """Publish the drop's next revision for a rollout target such as `10%`."""
    wanted = read_rollout_target(target) or RolloutTarget(99, ())

    def publish() -> None:
        repository, now = Repository(home), utc_now()
        key = repository.tenant_key(DROP.tenant)
        sign = roll_out_over(
            lambda revision: sign_island(pen.prepared, revision=revision, signer=key, now=now),
            wanted,
            state=repository.state(),
            name=DROP,
        )
        repository.publish_island(DROP, sign, now=now)

    await asyncio.to_thread(publish)


async def widen(home: Path, target: str) -> None:
    """Give the revision in rollout to a wider target."""
    await asyncio.to_thread(widen_rollout, Repository(home), DROP, read_rollout_target(target), now=utc_now())


def numbers(status: IslandStatus | None) -> tuple[int | None, int | None, int | None]:
    """Revision, the revision before it, and the share of sessions that get the newer one."""
    assert status is not None
    return status.revision, status.previous_revision, status.rollout_percent


async def test_rollout_keeps_two_revisions(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """The revision before comes from the disk; only the new one is fetched."""
    await publish_rollout(pen, home, "10%")
    synced.repository.fetched.clear()
    await synced.syncer.sync("poll")

    assert (2, 1, 10) == numbers(synced.status())
    assert 1 == sum(path.startswith("targets/") for path in synced.repository.fetched)


async def test_new_pop_fetches_both(pen: Pen, home: Path, tmp_path: Path) -> None:
    """A PoP that starts in the middle of a rollout serves both revisions, as the others do."""
    await publish_rollout(pen, home, "10%")
    with ThreadPoolExecutor(1) as thread:
        pop = await asyncio.to_thread(SyncedPop, home, tmp_path / "late", pen, thread)
        await pop.syncer.sync("poll")
        found = numbers(pop.status())
        await asyncio.to_thread(pop.close)

    assert (2, 1, 10) == found


async def test_restart_serves_the_rollout(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """Both revisions and the rollout are stored."""
    await publish_rollout(pen, home, "10%")
    await synced.syncer.sync("poll")
    synced.syncer = await asyncio.to_thread(synced.start)

    assert (2, 1, 10) == numbers(synced.status())


async def test_wider_rollout_fetches_nothing(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """More viewers, then all: the bytes are stored already, and the revision before is deleted in the end."""
    await publish_rollout(pen, home, "10%")
    await synced.syncer.sync("poll")
    await widen(home, "60%")
    synced.repository.fetched.clear()
    await synced.syncer.sync("poll")
    wider = numbers(synced.status())
    await widen(home, "everybody")
    await synced.syncer.sync("poll")

    assert (2, 1, 60) == wider
    assert (2, None, None) == numbers(synced.status())
    assert [] == [path for path in synced.repository.fetched if path.startswith("targets/")]
    stored = await asyncio.to_thread(lambda: synced.thread.submit(synced.store.read_all).result())
    assert [f"island/{DROP}"] == [key for key in stored if key.endswith(str(DROP))]


async def test_rollback_of_a_rollout(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """All viewers get one revision again, with a higher number."""
    await publish_rollout(pen, home, "10%")
    await synced.syncer.sync("poll")
    await asyncio.to_thread(roll_back, Repository(home), DROP, now=utc_now())
    await synced.syncer.sync("poll")

    assert (3, None, None) == numbers(synced.status())


async def test_withdrawal_ends_both(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """A withdrawn island serves neither revision, now and after a restart."""
    await publish_rollout(pen, home, "10%")
    await synced.syncer.sync("poll")
    await asyncio.to_thread(pen.withdraw, home)
    await synced.syncer.sync("poll")
    gone = synced.status()
    synced.syncer = await asyncio.to_thread(synced.start)
    found = synced.status()

    for status in (gone, found):
        assert status is not None
        assert ("withdrawn", None, None) == (status.state, status.revision, status.previous_revision)


async def test_rollout_without_the_revision_before_is_refused(
    synced: SyncedPop, pen: Pen, home: Path, tmp_path: Path
) -> None:
    """Both or neither: a new PoP that cannot fetch the revision before serves nothing and shows the error."""
    old = synced.syncer.shelf.slots[DROP].entry
    assert old is not None
    await publish_rollout(pen, home, "10%")
    with ThreadPoolExecutor(1) as thread:
        pop = await asyncio.to_thread(SyncedPop, home, tmp_path / "late", pen, thread)
        pop.repository.bent = {f"{old.sha256}.{DROP.island}.island": None}
        with pytest.raises(RefusedError) as caught:
            await pop.syncer.sync("poll")
        status = pop.status()
        pop.repository.bent = {}
        await pop.syncer.sync("poll")
        found = numbers(pop.status())
        await asyncio.to_thread(pop.close)

    assert caught.value.text.startswith(f"island '{DROP}' revision 1 is listed but not in the repository, expected ")
    assert status is not None
    assert ("rejected", caught.value.text) == (status.state, status.last_error)
    assert (2, 1, 10) == found


async def test_rollout_over_a_withdrawn_revision_is_refused(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """A publisher cannot bring withdrawn answers back by naming them as the revision before a rollout."""
    await asyncio.to_thread(pen.withdraw, home)
    await synced.syncer.sync("poll")
    await asyncio.to_thread(_roll_out_over_withdrawn, pen, home)

    with pytest.raises(RefusedError, match="is rolled out over revision 1, which was withdrawn") as caught:
        await synced.syncer.sync("poll")
    assert caught.value.reason is Reason.ROLLBACK


def _roll_out_over_withdrawn(pen: Pen, home: Path) -> None:
    """Publish a rollout that our own publisher refuses to make."""
    repository, now = Repository(home), utc_now()
    before = Repository(pen.home).state()
    key = repository.tenant_key(DROP.tenant)
    sign = roll_out_over(
        lambda revision: sign_island(pen.prepared, revision=revision, signer=key, now=now),
        RolloutTarget(10, ()),
        state=before,
        name=DROP,
    )
    repository.publish_island(DROP, sign, now=now)


@pytest.fixture
async def rollout_pop(pen: Pen, home: Path, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A running PoP that serves revision 2 to half of all sessions, and revision 1 to the others."""
    await publish_rollout(pen, home, "50%,canary")
    async with running_publisher(home) as url:
        sessions = fleet_sessions(tmp_path)
        config = pop_config(tmp_path, publisher_url=url, origin_url=origin.url, sessions=sessions)
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            yield pop


def revision_of(session: str) -> int:
    """The revision that a viewer whom an ingest named so gets, on every PoP."""
    half = Rollout(percent=50, previous=PREVIOUS)
    return 2 if is_in_rollout(half, DROP, 2, session=pseudonym(session), pop="") else 1


async def test_session_gets_one_revision(rollout_pop: RunningPop, pen: Pen) -> None:
    """Sessions in the rollout get the new revision and all others the one before, and provenance names the same one."""
    found = {}
    for session in SESSIONS:
        _, answer, _ = await rollout_pop.post({"island": str(DROP), "text": pen.example, "session": session})
        found[session] = answer["revision"]
        assert answer["revision"] == answer["provenance"]["revision"]
    _, without, _ = await rollout_pop.post({"island": str(DROP), "text": pen.example})

    assert {1, 2} == set(found.values())
    assert found == {name: revision_of(name) for name in SESSIONS}
    assert 1 == without["revision"]


async def test_tree_comes_from_the_sessions_revision(rollout_pop: RunningPop) -> None:
    """Buttons and questions of one session come from the same revision."""
    found = {}
    for session in SESSIONS:
        _, step, _ = await rollout_pop.post({"session": session}, path=f"/v1/trees/{DROP}/my-order")
        found[session] = step["revision"]

    assert found == {name: revision_of(name) for name in SESSIONS}


async def test_snippet_of_either_revision(rollout_pop: RunningPop) -> None:
    """By the revision of an answer; without `revision`, the one that a viewer without a session gets."""
    island = json.loads((await rollout_pop.get(f"/v1/islands/{DROP}"))[1])
    path = f"/v1/islands/{DROP}/snippets/{island['served_snippets'][0]}"
    bodies = [json.loads((await rollout_pop.get(path + query))[1]) for query in ("", "?revision=1", "?revision=2")]
    status, missing, _ = await rollout_pop.get(path + "?revision=3")
    malformed = await rollout_pop.get(path + "?revision=x")

    assert (2, 1, 50) == (island["revision"], island["previous_revision"], island["rollout_percent"])
    assert [1, 1, 2] == [body["revision"] for body in bodies]
    assert (404, "not_found") == (status, json.loads(missing)["reason"])
    expected = f"island '{DROP}' serves no such revision, expected that of a recent answer"
    assert expected == json.loads(malformed[1])["detail"]


async def test_canary_gets_the_new_revision(pen: Pen, home: Path, tmp_path: Path, origin: DemoOrigin) -> None:
    """A PoP that the rollout names serves only the new revision."""
    await publish_rollout(pen, home, "test-pop")
    async with running_publisher(home) as url:
        config = pop_config(tmp_path, publisher_url=url, origin_url=origin.url)
        async with running_pop(config, origin) as pop:
            await pop.until_served()

            async def has_second() -> bool:
                _, answer, _ = await pop.post({"island": str(DROP), "text": pen.example})
                return bool(answer["revision"] == 2)

            await until(has_second, "revision 2 on the canary")
