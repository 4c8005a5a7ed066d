"""What a repository holds, for people: its islands, and how long each role's signature is still good."""

from datetime import datetime

import msgspec

from edge.publish.release.rollout import RolloutTarget
from edge.publish.repository import Repository, State, target_custom, withdrawn_in
from edge.records import IslandName, Rollout, Utc


class PublishedIsland(msgspec.Struct, frozen=True, kw_only=True):
    """One island as PoPs are told of it. `state` is `scheduled`, `open`, `expired` or `withdrawn`."""

    island: str
    revision: int
    state: str
    opens: Utc | None = None
    expires: Utc | None = None
    size_bytes: int | None = None
    withdrawn_at: Utc | None = None
    why: str = ""
    rollout: str = ""
    """Who gets this revision, and which one the others keep; empty: everybody gets it."""


class RoleStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One role's current metadata, and whether it can be signed again here."""

    role: str
    version: int
    expires: Utc
    is_expired: bool
    has_key: bool


class RepositoryStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a publisher vouches for."""

    islands: tuple[PublishedIsland, ...]
    roles: tuple[RoleStatus, ...]


def repository_status(repository: Repository, *, now: datetime) -> RepositoryStatus:
    """The repository at this moment; raises `ConfigError` or `StorageError` when it cannot be read."""
    state = repository.state()
    islands = [island for tenant in state.tenants for island in _islands(state, tenant, now)]
    return RepositoryStatus(
        islands=tuple(sorted(islands, key=lambda island: island.island)),
        roles=tuple(_roles(state, repository, now)),
    )


def _islands(state: State, tenant: str, now: datetime) -> list[PublishedIsland]:
    published = []
    for path, target in state.tenants[tenant].targets.items():
        custom = target_custom(target)
        published.append(
            PublishedIsland(
                island=str(IslandName.from_target_path(path)),
                revision=custom.revision,
                state="expired" if custom.expires <= now else "scheduled" if now < custom.opens else "open",
                opens=custom.opens,
                expires=custom.expires,
                size_bytes=target.length,
                rollout=_rollout(custom.rollout),
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
    held = {repository.keys.public(name) for name in repository.keys.names()}
    return [
        RoleStatus(
            role=role,
            version=metadata.version,
            expires=metadata.expires,
            is_expired=metadata.is_expired(now),
            has_key=not held.isdisjoint(state.keys(role)),
        )
        for role, metadata in signed.items()
    ]
