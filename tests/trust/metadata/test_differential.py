"""The same hostile worlds for our client and for python-tuf's own: they must agree at every step.

Set SKERRY_FUZZ_SEEDS for a longer run, and SKERRY_FUZZ_FIRST_SEED to begin elsewhere.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.ngclient import FetcherInterface, Updater

from edge.errors import RefusedError
from edge.trust import TrustedMetadata
from tests.trust.simulator.adversary import TENANTS, Adversary, Files
from tests.trust.simulator.repository_simulator import RepositorySimulator, drive

SEEDS = int(os.environ.get("SKERRY_FUZZ_SEEDS", "30"))
FIRST_SEED = int(os.environ.get("SKERRY_FUZZ_FIRST_SEED", "0"))
STEPS_PER_SEED = 16
BASE_URL = "http://repository.invalid/metadata/"

Seen = tuple[int, tuple[int, int] | None, dict[str, int | str | None]]
"""Root's version; versions of timestamp and snapshot, unless refused; by tenant its island's revision or `refused`."""


class FileFetcher(FetcherInterface):
    """Brings the reference client the files of one step."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = f"metadata/{url.removeprefix(BASE_URL)}"
        if path not in self.files:
            raise DownloadHTTPError(f"{path} is missing", 404)
        return iter([self.files[path]])


class Reference:
    """python-tuf's client, started again for each step from its own folder."""

    def __init__(self, folder: Path, bootstrap: bytes) -> None:
        self.folder = folder
        self.bootstrap = bootstrap

    def see(self, files: Files) -> Seen:
        """What it believes after one refresh."""
        updater = Updater(str(self.folder), BASE_URL, fetcher=FileFetcher(files), bootstrap=self.bootstrap)
        trusted = updater._trusted_set
        try:
            updater.refresh()
        except (RepositoryError, DownloadError):
            return trusted.root.version, None, {}
        islands = {tenant: self._revision(updater, tenant) for tenant in TENANTS}
        return trusted.root.version, (trusted.timestamp.version, trusted.snapshot.version), islands

    @staticmethod
    def _revision(updater: Updater, tenant: str) -> int | str | None:
        try:
            target = updater.get_targetinfo(f"{tenant}/drop.island")
        except (RepositoryError, DownloadError):
            return "refused"
        return None if target is None else int(target.custom["revision"])


class Ours:
    """Our client with its store; it is restarted before some steps."""

    def __init__(self, bootstrap: bytes, rng: random.Random) -> None:
        self.bootstrap = bootstrap
        self.rng = rng
        self.store: dict[str, bytes] = {}
        self.trusted = TrustedMetadata.start({}, bootstrap)

    def see(self, files: Files) -> Seen:
        """What it believes after one refresh, committed."""
        if self.rng.random() < 0.4:
            self.trusted = TrustedMetadata.start(self.store, self.bootstrap)
        trusted = self.trusted
        now = datetime.now(UTC)
        try:
            outcome = drive(trusted.refresh(now, follow=lambda _tenant: True), lambda path, _limit: files.get(path))
        except RefusedError:
            return trusted.root_version, None, {}
        finally:
            changed = {**self.store, **trusted.take_changes()}
            self.store = {key: data for key, data in changed.items() if data is not None}
        assert trusted._timestamp is not None
        assert trusted._snapshot is not None
        islands: dict[str, int | str | None] = {
            tenant: "refused" if tenant in outcome.refused else self._revision(tenant) for tenant in TENANTS
        }
        return trusted.root_version, (trusted._timestamp.version, trusted._snapshot.version), islands

    def _revision(self, tenant: str) -> int | None:
        role = self.trusted.role(tenant)
        assert role is not None
        return role.islands["drop"].custom.revision if "drop" in role.islands else None


def test_client_agrees_with_the_reference(tmp_path: Path) -> None:
    """An adversary publishes, rotates, mixes, damages and rolls back; both clients believe the same after each step."""
    met: Counter[tuple[str, bool]] = Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
        rng = random.Random(seed)
        repository = RepositorySimulator(*TENANTS, now=datetime.now(UTC).replace(microsecond=0))
        repository.list_hashes = rng.random() < 0.5
        adversary = Adversary(repository, rng)
        reference = Reference(tmp_path / str(seed), repository.bootstrap)
        ours = Ours(repository.bootstrap, rng)
        trail = ["start"]
        assert reference.see(repository.files) == ours.see(repository.files)
        for _ in range(STEPS_PER_SEED):
            step, files = adversary.step()
            trail.append(step)

            expected, found = reference.see(files), ours.see(files)

            assert expected == found, f"seed {seed}: {' -> '.join(trail)}"
            met[step, found[1] is None or "refused" in found[2].values()] += 1
    if SEEDS >= 30:
        assert 15 <= len({step for step, refused in met if refused})
        assert 10 <= len({step for step, refused in met if not refused})
