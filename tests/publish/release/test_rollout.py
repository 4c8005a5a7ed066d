"""`edge.publish.release.rollout`: who gets a revision first, and what the others keep."""

from collections.abc import Callable
from datetime import datetime

import pytest

from edge.errors import RefusedError
from edge.publish.release import read_rollout_target, widen_rollout
from edge.publish.release.rollout import RolloutTarget, roll_out_over
from edge.publish.repository import Repository, SignedIsland, target_custom
from edge.records import IslandName, Rollout
from tests.publish.conftest import DROP

IslandSigner = Callable[..., Callable[[int], SignedIsland]]

TEXTS = {
    "10%": RolloutTarget(10, ()),
    "pop-ams-1": RolloutTarget(0, ("pop-ams-1",)),
    "25%, pop-1, pop-2, pop-1": RolloutTarget(25, ("pop-1", "pop-2")),
    "everybody": None,
}


@pytest.mark.parametrize(("text", "who"), TEXTS.items(), ids=TEXTS.keys())
def test_who_is_read(text: str, who: RolloutTarget | None) -> None:
    """As an operator writes it."""
    assert who == read_rollout_target(text)


@pytest.mark.parametrize("text", ["", "100%", "-1%", "10 %", "10%,,pop", "pop 1"])
def test_who_is_refused(text: str) -> None:
    """What cannot be meant is not guessed at."""
    with pytest.raises(RefusedError, match="says nobody, expected 0% to 99%, names of PoPs, or 'everybody', as in: "):
        read_rollout_target(text)


def stage_of(repository: Repository, name: IslandName = DROP) -> tuple[int, Rollout | None]:
    """Revision and rollout that PoPs are told."""
    custom = target_custom(repository.state().tenants[name.tenant].targets[name.target_path])
    return custom.revision, custom.rollout


def publish_staged(
    repository: Repository, island_signer: Callable[[int], SignedIsland], who: RolloutTarget, now: datetime
) -> None:
    """The next revision of the drop, for some."""
    repository.publish_island(DROP, roll_out_over(island_signer, who, state=repository.state(), name=DROP), now=now)


def test_staged_revision_names_what_others_keep(
    repository: Repository, island_signer: IslandSigner, now: datetime
) -> None:
    """The revision before, by its hash; its file is still in the repository."""
    first = repository.publish_island(DROP, island_signer("old"), now=now)
    publish_staged(repository, island_signer("new"), RolloutTarget(10, ("pop-1",)), now)
    revision, rollout = stage_of(repository)

    assert rollout is not None
    assert (2, 10, ("pop-1",), 1) == (revision, rollout.percent, rollout.pops, rollout.previous.revision)
    kept = repository.folder / "targets" / DROP.tenant / f"{rollout.previous.sha256}.{DROP.island}.island"
    assert first.data == kept.read_bytes()
    assert len(first.data) == rollout.previous.length


def test_second_stage_keeps_what_everybody_has(
    repository: Repository, island_signer: IslandSigner, now: datetime
) -> None:
    """A revision in rollout that was replaced before everybody had it is nobody's fallback."""
    for who in (None, RolloutTarget(10, ()), RolloutTarget(20, ())):
        if who is None:
            repository.publish_island(DROP, island_signer(), now=now)
        else:
            publish_staged(repository, island_signer(), who, now)
    revision, rollout = stage_of(repository)

    assert rollout is not None
    assert (3, 20, 1) == (revision, rollout.percent, rollout.previous.revision)


def test_restage_changes_the_role_and_not_the_island(
    repository: Repository, island_signer: IslandSigner, now: datetime
) -> None:
    """Wider, then everybody: the same revision, no new file."""
    repository.publish_island(DROP, island_signer(), now=now)
    publish_staged(repository, island_signer(), RolloutTarget(10, ()), now)
    files = set((repository.folder / "targets").rglob("*"))
    wider = widen_rollout(repository, DROP, RolloutTarget(50, ()), now=now)
    _, rollout = stage_of(repository)
    widen_rollout(repository, DROP, None, now=now)

    assert rollout is not None
    assert (2, 50, 1) == (wider, rollout.percent, rollout.previous.revision)
    assert (2, None) == stage_of(repository)
    assert files == set((repository.folder / "targets").rglob("*"))


def test_nothing_to_stage_over(repository: Repository, island_signer: IslandSigner, now: datetime) -> None:
    """A first revision has nobody who could keep another, and a withdrawn island leaves nothing to keep."""
    with pytest.raises(RefusedError, match="'acme/drop' is not published, so there is nothing that others could keep"):
        publish_staged(repository, island_signer(), RolloutTarget(10, ()), now)
    repository.publish_island(DROP, island_signer(), now=now)
    repository.withdraw(DROP, why="wrong price", now=now)
    with pytest.raises(RefusedError, match="'acme/drop' is not published, so there is nothing that others could keep"):
        publish_staged(repository, island_signer(), RolloutTarget(10, ()), now)


def test_restage_of_what_everybody_has(repository: Repository, island_signer: IslandSigner, now: datetime) -> None:
    """Viewers are not sent back by a rollout; that is a rollback."""
    repository.publish_island(DROP, island_signer(), now=now)
    expected = (
        "island 'acme/drop' revision 1 is in no rollout, everybody has it; take it back with: "
        "skerry island rollback acme/drop"
    )
    with pytest.raises(RefusedError) as caught:
        widen_rollout(repository, DROP, RolloutTarget(10, ()), now=now)

    assert expected == caught.value.text
