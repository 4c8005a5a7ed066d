"""Is the fleet ahead of its publisher? Then the home was restored from an old copy, and PoPs refuse what it publishes.

A PoP posts the highest revision that it accepted of each island, and the versions of the roles that it trusts. It
learned each of them here, so none is above what a home has that was never restored.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from edge.errors import Reason, RefusedError, StorageError
from edge.host import get_logger, utc_now
from edge.publish.fleet.registry import fleet_of
from edge.publish.repository import Repository, State, reached_in, revision_in, withdrawn_in
from edge.records import Ahead, IslandName, LastStatus

MAX_AHEAD = 1_000_000
"""A number that is further ahead was driven up by a thief or a broken PoP. It is not believed: the next ones would have
to be above it. Nobody publishes a million revisions."""

MAX_ROOTS_AHEAD = 1_000
"""The same for the root, whose versions count by one: `skerry recover restored` signs each one in between. Targets and
tenants' roles count by one as well, but one recovery raises them to the clock, so the clock is where they may be."""

_log = get_logger()


class Numbers(NamedTuple):
    """What a home has reached: the last revision of each island, and the version of each role."""

    revisions: Mapping[str, int]
    versions: Mapping[str, int]
    tenants: frozenset[str]


class HomeNumbers:
    """The numbers of one home, computed again when it has changed. Blocking; for one thread at a time."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._stamp: tuple[int, int] | None = None
        self._numbers = Numbers({}, {}, frozenset())
        self._revisions: dict[tuple[str, int], dict[str, int]] = {}

    def read(self) -> Numbers:
        """The numbers as of now. Raises `ConfigError` without a repository, `StorageError` if it is damaged."""
        stamp = self._file_stamp()
        if stamp is None or stamp != self._stamp:
            state = self.repository.state()
            self._numbers = Numbers(dict(self._all_revisions(state)), _versions(state), frozenset(state.tenants))
            self._stamp = stamp
        return self._numbers

    def _file_stamp(self) -> tuple[int, int] | None:
        try:
            stat = (self.repository.metadata / "timestamp.json").stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino

    def _all_revisions(self, state: State) -> Iterator[tuple[str, int]]:
        """Every island's last revision. A tenant's role is read again only if its version is another one."""
        versions = {tenant: state.snapshot.meta[f"{tenant}.json"].version for tenant in state.tenants}
        kept = self._revisions
        self._revisions = {
            (tenant, version): kept.get((tenant, version)) or _revisions(state, tenant)
            for tenant, version in versions.items()
        }
        for revisions in self._revisions.values():
            yield from revisions.items()


def fleet_ahead(numbers: Numbers, fleet: Mapping[str, LastStatus | None], *, now: datetime) -> tuple[Ahead, ...]:
    """What PoPs have and the home has not, each once, with the PoP that has the highest number."""
    highest: dict[tuple[str, str], Ahead] = {}
    for pop, last in sorted(fleet.items()):
        for ahead in _ahead_on(numbers, pop, last, now) if last is not None else ():
            before = highest.get((ahead.island, ahead.role))
            if before is None or before.accepted < ahead.accepted:
                highest[ahead.island, ahead.role] = ahead
    return tuple(ahead for _, ahead in sorted(highest.items()))


def home_ahead(home: Path) -> tuple[Ahead, ...]:
    """What PoPs have and the home has not, by their last statuses. Nothing if the statuses cannot be read.

    Raises `ConfigError` without a repository, `StorageError` if it is damaged.
    """
    numbers = HomeNumbers(Repository(home)).read()
    try:
        with fleet_of(home) as registry:
            return fleet_ahead(numbers, registry.fleet(), now=utc_now())
    except StorageError:
        # The server replaces a damaged file, and PoPs post again within their interval.
        return ()


def require_level_with_fleet(home: Path) -> None:
    """Raise `RefusedError` if the fleet is ahead of the home, with the command to run. Call it before any change."""
    if text := why_below_fleet(home):
        raise RefusedError(text, reason=Reason.ROLLBACK)


def why_below_fleet(home: Path) -> str:
    """What the fleet has and the home has not, and the command to run. Empty if it is level, or is no home."""
    ahead = home_ahead(home) if Repository(home).exists() else ()
    return below_fleet_text(ahead, home) if ahead else ""


def below_fleet_text(ahead: tuple[Ahead, ...], home: Path) -> str:
    """What happened and what to run. `ahead` is not empty."""
    more = f" and {len(ahead) - 1} more" if len(ahead) > 1 else ""
    text = f"{ahead[0].text}{more}: the home is older than its fleet, which would refuse what it publishes"
    # A member signs its own numbers, so one that lies looks like a restore.
    otherwise = f"if the home was not restored, this PoP lies: skerry publisher pops remove {ahead[0].pop}"
    return f"{text}; run: skerry recover restored --home {home}; {otherwise} --home {home}"


class AheadAlerts:
    """Says once that the fleet is ahead, and again only after it was level. Blocking; for one thread at a time."""

    def __init__(self, repository: Repository) -> None:
        self._home = repository.home
        self._numbers = HomeNumbers(repository)
        self._pops: set[str] = set()

    def look(self, pop: str, last: LastStatus, *, now: datetime) -> None:
        """Compare a PoP's newest status with the home. Raises `StorageError` if the home cannot be read."""
        ahead = fleet_ahead(self._numbers.read(), {pop: last}, now=now)
        if ahead and not self._pops:
            _log.error("fleet is ahead of this publisher", pop=pop, error=below_fleet_text(ahead, self._home))
        if ahead:
            self._pops.add(pop)
        else:
            self._pops.discard(pop)

    def ahead(self, fleet: Mapping[str, LastStatus | None], *, now: datetime) -> tuple[Ahead, ...]:
        """What the fleet has and the home has not."""
        return fleet_ahead(self._numbers.read(), fleet, now=now)


def _ahead_on(numbers: Numbers, pop: str, last: LastStatus, now: datetime) -> Iterator[Ahead]:
    status = last.status
    for island in status.islands:
        published = numbers.revisions.get(island.island, 0)
        # An unknown tenant's islands count by that tenant's role: one that was removed here is no lost number.
        is_ahead = published < island.highest_revision <= published + MAX_AHEAD
        if is_ahead and IslandName.parse(island.island).tenant in numbers.tenants:
            yield Ahead(pop=pop, island=island.island, accepted=island.highest_revision, published=published)
    # Under an older root, a PoP may still have to forget what a thief of the online keys signed.
    versions = status.versions or {}
    counts = versions.get("root", 0) >= numbers.versions["root"]
    for role, version in versions.items() if counts else ():
        published = numbers.versions.get(role, 0)
        if published < version <= _most_believed(role, published, now):
            yield Ahead(pop=pop, role=role, accepted=version, published=published)


def _most_believed(role: str, published: int, now: datetime) -> int:
    if role == "root":
        return published + MAX_ROOTS_AHEAD
    return max(published, int(now.timestamp())) + MAX_AHEAD


def _revisions(state: State, tenant: str) -> dict[str, int]:
    role = state.tenants[tenant]
    names = {IslandName.from_target_path(path) for path in role.targets}
    names |= {IslandName(tenant, island) for island in (*withdrawn_in(role), *reached_in(role))}
    return {str(name): revision_in(role, name) for name in names}


def _versions(state: State) -> dict[str, int]:
    listed = {name.removesuffix(".json"): role.version for name, role in state.snapshot.meta.items()}
    top = {role: state.signed(role).version for role in ("root", "snapshot", "timestamp")}
    return listed | top
