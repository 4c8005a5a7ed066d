"""Status of a repository: its islands, and when each role expires."""

from datetime import datetime

import msgspec

from edge.publish.release.rollout import RolloutTarget
from edge.publish.repository import Repository, State, reached_in, target_custom, withdrawn_in
from edge.records import IslandName, Rollout, Utc


class PublishedIsland(msgspec.Struct, frozen=True, kw_only=True):
    """One island as the tenant's role lists it. `state` is `scheduled`, `open`, `expired` or `withdrawn`."""

    island: str
    revision: int
    state: str
    opens: Utc | None = None
    expires: Utc | None = None
    size_bytes: int | None = None
    withdrawn_at: Utc | None = None
    why: str = ""
    """Why it was withdrawn, or what is to be done about it."""
    rollout: str = ""
    """Who gets this revision and which revision the others keep, as text; empty if everybody gets it."""


class RoleStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One role's current metadata. `has_key` is true if one of its keys is in this home."""

    role: str
    version: int
    expires: Utc
    is_expired: bool
    has_key: bool


class RepositoryStatus(msgspec.Struct, frozen=True, kw_only=True):
    """All islands, published and withdrawn, and all roles."""

    islands: tuple[PublishedIsland, ...]
    roles: tuple[RoleStatus, ...]


def repository_status(repository: Repository, *, now: datetime) -> RepositoryStatus:
    """Status of the repository at `now`. Raises `ConfigError` if there is none, `StorageError` if it is unreadable."""
    state = repository.state()
    islands = [island for tenant in state.tenants for island in _islands(state, tenant, now)]
    return RepositoryStatus(
        islands=tuple(sorted(islands, key=lambda island: island.island)),
        roles=tuple(_roles(state, repository, now)),
    )


def _islands(state: State, tenant: str, now: datetime) -> list[PublishedIsland]:
    published, reached = [], reached_in(state.tenants[tenant])
    for path, target in state.tenants[tenant].targets.items():
        custom, name = target_custom(target), IslandName.from_target_path(path)
        lost = reached.get(name.island)
        published.append(
            PublishedIsland(
                island=str(name),
                revision=custom.revision,
                state="expired" if custom.expires <= now else "scheduled" if now < custom.opens else "open",
                opens=custom.opens,
                expires=custom.expires,
                size_bytes=target.length,
                rollout=_rollout(custom.rollout),
                why=f"publish it again: PoPs had revision {lost} before a restore" if lost else "",
            )
        )
    withdrawn = [
        PublishedIsland(
            island=str(IslandName(tenant, island)),
            revision=record.revision,
            state="withdrawn",
            withdrawn_at=record.at,
            why=record.why,
        )
        for island, record in withdrawn_in(state.tenants[tenant]).items()
    ]
    return published + withdrawn


def _rollout(rollout: Rollout | None) -> str:
    return (
        "" if rollout is None else f"{RolloutTarget(rollout.percent, rollout.pops)}; others {rollout.previous.revision}"
    )


def _roles(state: State, repository: Repository, now: datetime) -> list[RoleStatus]:
    signed = {
        "root": state.root,
        "targets": state.targets,
        **state.tenants,
        "snapshot": state.snapshot,
        "timestamp": state.timestamp,
    }
    present = {repository.keys.public(name) for name in repository.keys.names()}
    return [
        RoleStatus(
            role=role,
            version=metadata.version,
            expires=metadata.expires,
            is_expired=metadata.is_expired(now),
            has_key=not present.isdisjoint(state.keys(role)),
        )
        for role, metadata in signed.items()
    ]
