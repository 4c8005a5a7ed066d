"""The executable for the public tuf-conformance suite, driven as that suite drives it.

Judged by `tuf.ngclient` where both read the same repository, and by the table of broken repositories that the tests of
`edge.trust` share.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tuf.ngclient import Updater

from tests.conformance.client import GeneralClient
from tests.conformance.conftest import GeneralRepository, Served
from tests.trust.simulator import faults
from tests.trust.simulator.repository_simulator import RepositorySimulator

EXECUTABLE = Path(__file__).parent / "tuf-client"
DEEP = "nest/a/b c.txt"


class Runner:
    """Calls the executable for one client."""

    def __init__(self, folder: Path, url: str) -> None:
        self.metadata, self.targets, self._url = folder / "metadata", folder / "targets", url
        for made in (self.metadata, self.targets):
            made.mkdir(parents=True)

    def init(self, root: bytes) -> int:
        """Hand over the trusted root."""
        path = self.metadata.parent / "initial_root.json"
        path.write_bytes(root)
        return self._run("init", str(path))

    def refresh(self) -> int:
        """Bring metadata up to date."""
        return self._run("refresh", metadata_url=f"{self._url}/metadata/")

    def download(self, target: str) -> int:
        """Bring one target."""
        return self._run(
            "download",
            metadata_url=f"{self._url}/metadata/",
            target_name=target,
            target_dir=str(self.targets),
            target_base_url=f"{self._url}/targets/",
        )

    def trusted(self) -> list[str]:
        """The files it believes."""
        return sorted(path.name for path in self.metadata.iterdir())

    def _run(self, command: str, *arguments: str, **options: str) -> int:
        named = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", value)]
        line = [sys.executable, str(EXECUTABLE), "--metadata-dir", str(self.metadata), *named, command, *arguments]
        return subprocess.run(line, capture_output=True, check=False).returncode


@pytest.fixture
def runner(served: Served, tmp_path: Path) -> Runner:
    """A client that knows nothing yet."""
    return Runner(tmp_path, served.url)


def test_init_asks_nothing(runner: Runner, served: Served, general: GeneralRepository) -> None:
    """The root is taken as it is, and nobody is asked."""
    assert (0, ["root.json"], []) == (runner.init(general.bootstrap), runner.trusted(), served.requests)


def test_refresh_then_download(runner: Runner, served: Served, general: GeneralRepository) -> None:
    """Keys of all kinds, roles three deep, names that need quoting; a file that is there is not fetched again."""
    runner.init(general.bootstrap)
    refreshed = runner.refresh()
    top = runner.trusted()
    downloaded = [runner.download(DEEP), runner.download(DEEP)]

    assert (0, ["root.json", "snapshot.json", "targets.json", "timestamp.json"]) == (refreshed, top)
    assert [0, 0] == downloaded
    assert [b"deep"] == [path.read_bytes() for path in runner.targets.iterdir()]
    assert 1 == sum(path.startswith("targets/") for path in served.requests)
    assert {"one.json", "two.json", "three%2Fwith%20slash.json"} <= set(runner.trusted())


def test_target_that_nobody_lists(runner: Runner, general: GeneralRepository) -> None:
    """Exit status 1, and nothing in the folder."""
    runner.init(general.bootstrap)

    assert 1 == runner.download("nest/a/other.txt")
    assert [] == list(runner.targets.iterdir())


@pytest.mark.usefixtures("specification_alone")
@pytest.mark.parametrize("consistent", [True, False], ids=["consistent snapshots", "plain names"])
def test_same_targets_as_the_reference(tmp_path: Path, consistent: bool) -> None:
    """What `tuf.ngclient` finds in roles and hash bins, ours finds; what it does not, ours does not."""
    general = GeneralRepository(consistent=consistent)
    for number in range(6):
        path = f"nest/a/binned-{number}.txt"
        bins = general.roles["three/with slash"].delegations
        assert bins is not None
        general.add_target(next(bins.get_roles_for_target(path))[0], path, path.encode())
    general.add_target("two", "outside/of/two.txt", b"not its path")
    general.publish()
    paths = [DEEP, *(f"nest/a/binned-{number}.txt" for number in range(6)), "outside/of/two.txt", "nest/a/none.txt"]
    for name in ("theirs", "ours"):
        (tmp_path / name).mkdir()
    served = Served(general.files)
    try:
        theirs = _by_reference(tmp_path / "theirs", served, general, paths)
        ours = _by_us(tmp_path / "ours", served, general, paths)
    finally:
        served.close()

    assert theirs == ours
    assert 7 == sum(digest is not None for digest in ours)


def _by_reference(folder: Path, served: Served, general: GeneralRepository, paths: list[str]) -> list[str | None]:
    updater = Updater(str(folder), f"{served.url}/metadata/", bootstrap=general.bootstrap)
    found = [updater.get_targetinfo(path) for path in paths]
    return [target.hashes["sha256"] if target else None for target in found]


def _by_us(folder: Path, served: Served, general: GeneralRepository, paths: list[str]) -> list[str | None]:
    (folder / "root.json").write_bytes(general.bootstrap)
    client = GeneralClient(folder, f"{served.url}/metadata/")
    client.refresh()
    found = [client.find(path) for path in paths]
    return [target.hashes["sha256"] if target else None for target in found]


BREAKS: dict[str, Callable[[RepositorySimulator], None]] = {
    "root signed by too few": faults.root_signed_by_too_few,
    "root not signed by itself": faults.root_not_signed_by_itself,
    "root skips a version": faults.root_skips_a_version,
    "timestamp rolled back": faults.old_timestamp,
    "timestamp lists an old snapshot": faults.timestamp_lists_old_snapshot,
    "snapshot drops a role": faults.snapshot_drops_role,
    "snapshot lowers a role": faults.snapshot_lowers_role,
    "timestamp expired": faults.expire("timestamp"),
    "targets expired": faults.expire("targets"),
    "snapshot by another key": faults.sign_with_another_key("snapshot"),
    "targets missing": faults.remove(faults.TARGETS_2),
}


@pytest.fixture
def simulator() -> Iterator[tuple[RepositorySimulator, Served]]:
    """The repository that tests of trust break, over HTTP."""
    repository = RepositorySimulator("acme", "northwind", now=datetime.now(UTC).replace(microsecond=0))
    repository.publish("acme")
    served = Served(repository.files)
    yield repository, served
    served.close()


@pytest.mark.usefixtures("specification_alone")
@pytest.mark.parametrize("break_", BREAKS.values(), ids=BREAKS.keys())
def test_broken_repository_is_refused(
    simulator: tuple[RepositorySimulator, Served], tmp_path: Path, break_: Callable[[RepositorySimulator], None]
) -> None:
    """The general client refuses a broken repository and keeps its root and targets as they were."""
    repository, served = simulator
    (tmp_path / "root.json").write_bytes(repository.bootstrap)
    GeneralClient(tmp_path, f"{served.url}/metadata/").refresh()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    break_(repository)
    refused = GeneralClient(tmp_path, f"{served.url}/metadata/")
    with pytest.raises(Exception, match=r"role|metadata/"):
        refused.refresh()
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    assert before["root.json"] == after["root.json"]
    assert before["targets.json"] == after["targets.json"]
