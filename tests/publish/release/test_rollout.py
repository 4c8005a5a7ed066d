"""`edge.publish.release.rollout`: some viewers get a new revision first, the others keep the one before."""

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
def test_rollout_target_is_parsed(text: str, who: RolloutTarget | None) -> None:
    """Percentages, PoPs, both and `everybody`, as an operator types them."""
    assert who == read_rollout_target(text)


@pytest.mark.parametrize("text", ["", "100%", "-1%", "10 %", "10%,,pop", "pop 1"])
def test_bad_rollout_target_is_refused(text: str) -> None:
    """The error lists the allowed forms."""
    expected = "is not a rollout target, expected 0% to 99%, names of PoPs, or 'everybody', as in: 10%,pop-ams-1"
    with pytest.raises(RefusedError, match=expected):
        read_rollout_target(text)


def rollout_of(repository: Repository, name: IslandName = DROP) -> tuple[int, Rollout | None]:
    """Revision and rollout in the tenant's role."""
    custom = target_custom(repository.state().tenants[name.tenant].targets[name.target_path])
    return custom.revision, custom.rollout


def publish_to(
    repository: Repository, island_signer: Callable[[int], SignedIsland], who: RolloutTarget, now: datetime
) -> None:
    """Publish the next revision of the drop to `who` only."""
    repository.publish_island(DROP, roll_out_over(island_signer, who, state=repository.state(), name=DROP), now=now)


def test_rollout_names_the_revision_that_others_keep(
    repository: Repository, island_signer: IslandSigner, now: datetime
) -> None:
    """The role lists the revision before with its hash, and its file is still in the repository."""
    first = repository.publish_island(DROP, island_signer("old"), now=now)
    publish_to(repository, island_signer("new"), RolloutTarget(10, ("pop-1",)), now)
    revision, rollout = rollout_of(repository)

    assert rollout is not None
    assert (2, 10, ("pop-1",), 1) == (revision, rollout.percent, rollout.pops, rollout.previous.revision)
    kept = repository.folder / "targets" / DROP.tenant / f"{rollout.previous.sha256}.{DROP.island}.island"
    assert first.data == kept.read_bytes()
    assert len(first.data) == rollout.previous.length


def test_rollout_replaced_by_another(repository: Repository, island_signer: IslandSigner, now: datetime) -> None:
    """Others keep the last revision that everybody had, not the one that the first rollout had."""
    for who in (None, RolloutTarget(10, ()), RolloutTarget(20, ())):
        if who is None:
            repository.publish_island(DROP, island_signer(), now=now)
        else:
            publish_to(repository, island_signer(), who, now)
    revision, rollout = rollout_of(repository)

    assert rollout is not None
    assert (3, 20, 1) == (revision, rollout.percent, rollout.previous.revision)


def test_widening_changes_the_role_and_not_the_island(
    repository: Repository, island_signer: IslandSigner, now: datetime
) -> None:
    """First more viewers, then everybody: the revision is the same, and there is no new file."""
    repository.publish_island(DROP, island_signer(), now=now)
    publish_to(repository, island_signer(), RolloutTarget(10, ()), now)
    files = set((repository.folder / "targets").rglob("*"))
    wider = widen_rollout(repository, DROP, RolloutTarget(50, ()), now=now)
    _, rollout = rollout_of(repository)
    widen_rollout(repository, DROP, None, now=now)

    assert rollout is not None
    assert (2, 50, 1) == (wider, rollout.percent, rollout.previous.revision)
    assert (2, None) == rollout_of(repository)
    assert files == set((repository.folder / "targets").rglob("*"))


def test_rollout_without_a_revision_before(repository: Repository, island_signer: IslandSigner, now: datetime) -> None:
    """Others would have no revision to keep: before the first revision, and after a withdrawal."""
    expected = "'acme/drop' is not published, so others have no revision to keep; publish it without --rollout"
    with pytest.raises(RefusedError, match=expected):
        publish_to(repository, island_signer(), RolloutTarget(10, ()), now)
    repository.publish_island(DROP, island_signer(), now=now)
    repository.withdraw(DROP, why="wrong price", now=now)
    with pytest.raises(RefusedError, match=expected):
        publish_to(repository, island_signer(), RolloutTarget(10, ()), now)


def test_narrowing_from_everybody_is_refused(
    repository: Repository, island_signer: IslandSigner, now: datetime
) -> None:
    """A rollout takes a revision from nobody; a rollback does, and the error ends with its command."""
    repository.publish_island(DROP, island_signer(), now=now)
    expected = (
        "island 'acme/drop' revision 1 is not in rollout, everybody has it; to go back to the revision before, run: "
        f"skerry island rollback acme/drop --home {repository.home}"
    )
    with pytest.raises(RefusedError) as caught:
        widen_rollout(repository, DROP, RolloutTarget(10, ()), now=now)

    assert expected == caught.value.text
