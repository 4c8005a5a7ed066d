"""A revision in rollout on a PoP: two revisions at once, each viewer sees one of them, and none of it is lost."""

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
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.daemon.sync.test_sync import SyncedPop
from tests.pen import DROP, Pen
from tests.waiting import until

PREVIOUS = Revision(revision=1, opens=utc_now(), expires=utc_now(), max_stale_s=0, length=1, sha256="0" * 64)
SESSIONS = [f"session-{number}" for number in range(40)]


@pytest.fixture
async def synced(pen: Pen, home: Path, tmp_path: Path) -> AsyncIterator[SyncedPop]:
    """A PoP that has taken revision 1."""
    with ThreadPoolExecutor(1) as thread:
        pop = await asyncio.to_thread(SyncedPop, home, tmp_path, pen, thread)
        await pop.syncer.sync("poll")
        yield pop
        await asyncio.to_thread(pop.close)


async def publish_staged(pen: Pen, home: Path, who: str) -> None:
    """The drop's next revision, for some."""
    wanted = read_rollout_target(who) or RolloutTarget(99, ())

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


async def stage_for(home: Path, who: str) -> None:
    """Give the revision in rollout to others."""
    await asyncio.to_thread(widen_rollout, Repository(home), DROP, read_rollout_target(who), now=utc_now())


def numbers(status: IslandStatus | None) -> tuple[int | None, int | None, int | None]:
    """Revision, the one before it, and the share of sessions that get the former."""
    assert status is not None
    return status.revision, status.previous_revision, status.rollout_percent


async def test_two_revisions_are_held(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """The one before comes from the disk; only the new one is fetched."""
    await publish_staged(pen, home, "10%")
    synced.repository.fetched.clear()
    await synced.syncer.sync("poll")

    assert (2, 1, 10) == numbers(synced.status())
    assert 1 == sum(path.startswith("targets/") for path in synced.repository.fetched)


async def test_new_pop_fetches_both(pen: Pen, home: Path, tmp_path: Path) -> None:
    """A PoP that comes in the middle of a rollout serves it like any other."""
    await publish_staged(pen, home, "10%")
    with ThreadPoolExecutor(1) as thread:
        pop = await asyncio.to_thread(SyncedPop, home, tmp_path / "late", pen, thread)
        await pop.syncer.sync("poll")
        found = numbers(pop.status())
        await asyncio.to_thread(pop.close)

    assert (2, 1, 10) == found


async def test_restart_serves_the_stage(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """Both revisions and who gets which are on the disk."""
    await publish_staged(pen, home, "10%")
    await synced.syncer.sync("poll")
    synced.syncer = await asyncio.to_thread(synced.start)

    assert (2, 1, 10) == numbers(synced.status())


async def test_wider_stage_needs_no_island(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """More viewers, then all: the bytes are there already, and nothing is kept for nobody."""
    await publish_staged(pen, home, "10%")
    await synced.syncer.sync("poll")
    await stage_for(home, "60%")
    synced.repository.fetched.clear()
    await synced.syncer.sync("poll")
    wider = numbers(synced.status())
    await stage_for(home, "everybody")
    await synced.syncer.sync("poll")

    assert (2, 1, 60) == wider
    assert (2, None, None) == numbers(synced.status())
    assert [] == [path for path in synced.repository.fetched if path.startswith("targets/")]
    stored = await asyncio.to_thread(lambda: synced.thread.submit(synced.store.read_all).result())
    assert [f"island/{DROP}"] == [key for key in stored if key.endswith(str(DROP))]


async def test_rollback_of_a_stage(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """One revision again for everybody, a higher one."""
    await publish_staged(pen, home, "10%")
    await synced.syncer.sync("poll")
    await asyncio.to_thread(roll_back, Repository(home), DROP, now=utc_now())
    await synced.syncer.sync("poll")

    assert (3, None, None) == numbers(synced.status())


async def test_withdrawal_ends_both(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """Nobody keeps a revision of an island that was taken back, after a restart neither."""
    await publish_staged(pen, home, "10%")
    await synced.syncer.sync("poll")
    await asyncio.to_thread(pen.withdraw, home)
    await synced.syncer.sync("poll")
    gone = synced.status()
    synced.syncer = await asyncio.to_thread(synced.start)
    found = synced.status()

    for status in (gone, found):
        assert status is not None
        assert ("withdrawn", None, None) == (status.state, status.revision, status.previous_revision)


async def test_stage_without_its_previous_is_not_taken(synced: SyncedPop, pen: Pen, home: Path, tmp_path: Path) -> None:
    """Both or neither: a new PoP that cannot get the revision before shows why and serves nothing."""
    old = synced.syncer.shelf.slots[DROP].entry
    assert old is not None
    await publish_staged(pen, home, "10%")
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


async def test_withdrawn_revision_is_not_kept_by_a_stage(synced: SyncedPop, pen: Pen, home: Path) -> None:
    """A publisher cannot bring withdrawn answers back by naming them as the revision before a rollout."""
    await asyncio.to_thread(pen.withdraw, home)
    await synced.syncer.sync("poll")
    await asyncio.to_thread(_stage_over_withdrawn, pen, home)

    with pytest.raises(RefusedError, match="is rolled out over revision 1, which was withdrawn") as caught:
        await synced.syncer.sync("poll")
    assert caught.value.reason is Reason.ROLLBACK


def _stage_over_withdrawn(pen: Pen, home: Path) -> None:
    """A publisher that does what ours refuses to."""
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
async def staged_pop(pen: Pen, home: Path, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A whole PoP that serves revision 2 to half of all sessions, revision 1 to the others."""
    await publish_staged(pen, home, "50%,canary")
    async with running_publisher(home) as url:
        config = pop_config(tmp_path, publisher_url=url, origin_url=origin.url)
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            yield pop


async def test_session_gets_one_revision(staged_pop: RunningPop, pen: Pen) -> None:
    """Sessions in the rollout get the new revision and all others the one before, and provenance names the same one."""
    half = Rollout(percent=50, previous=PREVIOUS)
    found = {}
    for session in SESSIONS:
        _, answer, _ = await staged_pop.post({"island": str(DROP), "text": pen.example, "session": session})
        found[session] = answer["revision"]
        assert answer["revision"] == answer["provenance"]["revision"]
    _, without, _ = await staged_pop.post({"island": str(DROP), "text": pen.example})

    assert {1, 2} == set(found.values())
    assert found == {name: 2 if is_in_rollout(half, DROP, 2, session=name, pop="") else 1 for name in SESSIONS}
    assert 1 == without["revision"]


async def test_tree_is_of_the_sessions_revision(staged_pop: RunningPop) -> None:
    """Buttons and questions of one session come from the same revision."""
    half = Rollout(percent=50, previous=PREVIOUS)
    found = {}
    for session in SESSIONS:
        _, step, _ = await staged_pop.post({"session": session}, path=f"/v1/trees/{DROP}/my-order")
        found[session] = step["revision"]

    assert found == {name: 2 if is_in_rollout(half, DROP, 2, session=name, pop="") else 1 for name in SESSIONS}


async def test_snippet_of_either_revision(staged_pop: RunningPop) -> None:
    """By the revision that an answer named; without one, what a viewer without a session gets."""
    island = json.loads((await staged_pop.get(f"/v1/islands/{DROP}"))[1])
    path = f"/v1/islands/{DROP}/snippets/{island['served_snippets'][0]}"
    bodies = [json.loads((await staged_pop.get(path + query))[1]) for query in ("", "?revision=1", "?revision=2")]
    status, missing, _ = await staged_pop.get(path + "?revision=3")
    malformed = await staged_pop.get(path + "?revision=x")

    assert (2, 1, 50) == (island["revision"], island["previous_revision"], island["rollout_percent"])
    assert [1, 1, 2] == [body["revision"] for body in bodies]
    assert (404, "not_found") == (status, json.loads(missing)["reason"])
    expected = f"island '{DROP}' serves no revision 'x', expected that of a recent answer"
    assert expected == json.loads(malformed[1])["detail"]


async def test_canary_gets_the_new_revision(pen: Pen, home: Path, tmp_path: Path, origin: DemoOrigin) -> None:
    """A PoP that is named in the rollout serves nothing else."""
    await publish_staged(pen, home, "test-pop")
    async with running_publisher(home) as url:
        config = pop_config(tmp_path, publisher_url=url, origin_url=origin.url)
        async with running_pop(config, origin) as pop:
            await pop.until_served()

            async def has_second() -> bool:
                _, answer, _ = await pop.post({"island": str(DROP), "text": pen.example})
                return bool(answer["revision"] == 2)

            await until(has_second, "revision 2 on the canary")
