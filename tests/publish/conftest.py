"""A small authored island, a repository with one tenant, and two clients that read what is published."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface, Updater

from edge.config import model_files
from edge.publish.repository import Repository, SignedIsland
from edge.records import IslandName, TargetCustom
from edge.triage import MODEL_FILES, Triage, load_triage
from edge.trust import TrustedMetadata
from tests.follower import follow

DROP = IslandName("acme", "drop")

ISLAND = """\
format = 1
tenant = "acme"
island = "drop"
title = "Acme summer drop"
locale = "en"
approved_by = "Ada, Acme support"
opens = 2026-09-01T00:00:00Z
closes = 2027-12-01T00:00:00Z
expires = 2028-01-01T00:00:00Z
max_stale = "6h"
default_lane = "fast"

[context]
risk_flags = ["resellers"]

[[routes]]
lane = "payments"
snippets = ["refund"]

[[snippets]]
id = "ship-date"
answer = "Orders ship **within two weeks**."
examples = [
    "when does it ship",
    "has my order left yet",
    "how long until it arrives",
    "shipping time?",
    "what day will it be delivered",
    "is it on its way",
    "where is my parcel",
    "delivery date please",
]

[[snippets]]
id = "refund"
automation = "review"
answer = "Refunds take five working days."
examples = [
    "can i get my money back",
    "i want a refund",
    "return it for cash",
    "refund status",
    "how do refunds work",
    "you charged me twice",
    "give me back what i paid",
    "cancel and reimburse me",
]
"""


@pytest.fixture
def island_text() -> str:
    """An authored island without a fault."""
    return ISLAND


@pytest.fixture(scope="session")
def triage() -> Triage:
    """The shipped models."""
    return load_triage(model_files(MODEL_FILES))


@pytest.fixture
def now() -> datetime:
    """The moment of the test; real, because the reference client reads the clock."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def repository(tmp_path: Path, now: datetime) -> Repository:
    """A repository with the tenant `acme` and no island."""
    repository = Repository(tmp_path / "home")
    repository.init(now=now, tenants=["acme"])
    return repository


@pytest.fixture
def island_signer(now: datetime) -> Callable[..., Callable[[int], SignedIsland]]:
    """A maker of signing functions. The bytes are no island, because the repository does not read them."""

    def make(content: str = "answers") -> Callable[[int], SignedIsland]:
        return lambda revision: SignedIsland(
            data=f"{content} {revision}".encode(),
            custom=TargetCustom(revision=revision, opens=now, expires=now + timedelta(days=60), max_stale_s=3600),
        )

    return make


class FolderFetcher(FetcherInterface):
    """Serves a repository's folder to the reference client, as a plain web server would."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            yield (self._folder / url.removeprefix("folder://")).read_bytes()
        except FileNotFoundError as error:
            raise DownloadHTTPError(url, 404) from error


@pytest.fixture
def reference_read_target(tmp_path: Path) -> Callable[[Path, str], bytes | None]:
    """Reads a target with `tuf.ngclient`, starting from `root.json` alone; None if the repository lacks the target."""
    runs = iter(range(1000))

    def read(home: Path, path: str) -> bytes | None:
        cache = tmp_path / f"ngclient-{next(runs)}"
        (cache / "targets").mkdir(parents=True)
        updater = Updater(
            metadata_dir=str(cache / "metadata"),
            metadata_base_url="folder://metadata/",
            target_dir=str(cache / "targets"),
            target_base_url="folder://targets/",
            fetcher=FolderFetcher(home / "repository"),
            bootstrap=(home / "root.json").read_bytes(),
        )
        updater.refresh()
        target = updater.get_targetinfo(path)
        return None if target is None else Path(updater.download_target(target)).read_bytes()

    return read


@pytest.fixture
def reference_read(
    reference_read_target: Callable[[Path, str], bytes | None],
) -> Callable[[Path, IslandName], bytes | None]:
    """The same for an island."""
    return lambda home, name: reference_read_target(home, name.target_path)


@pytest.fixture
def pop_refresh() -> Callable[[Path, TrustedMetadata, datetime], None]:
    """Refreshes a PoP's metadata from a repository's folder; raises when anything was refused."""
    return follow
