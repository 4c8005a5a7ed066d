"""An earlier revision's content as a new revision: no training, no source, in force within milliseconds.

A repository keeps every file it ever published. What is brought back is believed only as far as a PoP would believe it:
a role that the tenant's keys of now have signed, and bytes that this role lists.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from tuf.api.metadata import Targets

from edge.errors import ConfigError, Reason, RefusedError
from edge.publish.compile import pack_island, sign_snippet
from edge.publish.keys import PrivateKey
from edge.publish.repository import Repository, SignedIsland, State, target_custom
from edge.records import Island, IslandName, SnippetDocument, TargetCustom
from edge.trust import IslandTarget, TenantRole, open_island, signed_by, tenant_role


class RolledBack(msgspec.Struct, frozen=True, kw_only=True):
    """What a rollback did: `content_of` says which revision's content the new `revision` has."""

    revision: int
    content_of: int


def roll_back(repository: Repository, name: IslandName, *, now: datetime, to: int | None = None) -> RolledBack:
    """Publish the content of revision `to`, or of the one that everybody had before; in force on return.

    Raises `RefusedError` where there is no such revision, none that can be believed, or none that is still good.
    """
    state = repository.state()
    repository.require_tenant(state, name.tenant)
    target = _wanted(repository, state, name, to)
    island = _read(repository, state, name, target)
    if island.expires <= now:
        raise RefusedError(
            f"island '{name}' revision {island.revision} expired at {island.expires.isoformat()}, publish its source"
            " with a later 'expires' instead"
        )
    key = repository.tenant_key(name.tenant)

    def again(revision: int) -> SignedIsland:
        return sign_again(island, revision, signer=key, now=now)

    signed = repository.publish_island(name, again, now=now)
    return RolledBack(revision=signed.custom.revision, content_of=island.revision)


def sign_again(island: Island, revision: int, *, signer: PrivateKey, now: datetime) -> SignedIsland:
    """The island as another revision; who approved its answers, and when, stays as it was."""
    moment = now.replace(microsecond=0)
    snippets = []
    for snippet in island.snippets:
        document = msgspec.json.decode(snippet.document, type=SnippetDocument)
        document = msgspec.structs.replace(document, revision=revision)
        snippets.append(sign_snippet(snippet, document, signer=signer, now=moment))
    return pack_island(msgspec.structs.replace(island, revision=revision, snippets=tuple(snippets)), signer=signer)


def _wanted(repository: Repository, state: State, name: IslandName, to: int | None) -> IslandTarget:
    """The target of revision `to`, or of the newest that everybody had before and that was never withdrawn."""
    current = state.tenants[name.tenant].targets.get(name.target_path)
    if to is None and current is None:
        raise RefusedError(f"island '{name}' is not published, say which revision to bring back with --to")
    below = _everybody_s(target_custom(current)) if current else 0
    withdrawn = 0
    for role in _history(repository, state, name.tenant):
        gone = role.withdrawn.get(name.island)
        withdrawn = max(withdrawn, gone.revision if gone else 0)
        found = role.islands.get(name.island)
        if found is None:
            continue
        revision = found.custom.revision
        if revision == to or (to is None and withdrawn < revision < below and found.custom.rollout is None):
            return found
    which = f"revision {to}" if to else "an earlier revision that was not withdrawn"
    raise RefusedError(
        f"island '{name}' has {which} in no role signed by a key of {name.tenant!r}, publish its source instead",
        reason=Reason.NOT_FOUND,
    )


def _everybody_s(custom: TargetCustom) -> int:
    """Below which revision to look: one in rollout is not what everybody has."""
    return custom.rollout.previous.revision + 1 if custom.rollout else custom.revision


def _history(repository: Repository, state: State, tenant: str) -> Iterator[TenantRole]:
    """Every version of the tenant's role that its keys of now have signed, newest first."""
    for version in range(state.tenants[tenant].version, 0, -1):
        role = _role(repository, state, tenant, version)
        if role is not None:
            yield role


def _role(repository: Repository, state: State, tenant: str, version: int) -> TenantRole | None:
    try:
        data = (repository.metadata / f"{version}.{tenant}.json").read_bytes()
        return tenant_role(tenant, signed_by(state.targets, Targets, data, tenant), state.targets)
    except (OSError, RefusedError):
        return None


def _read(repository: Repository, state: State, name: IslandName, target: IslandTarget) -> Island:
    path = repository.folder / target.repository_path
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}, restore it with: cp YOUR-COPY {path}") from error
    role = tenant_role(name.tenant, state.tenants[name.tenant], state.targets)
    return open_island(data, target=target, name=name, keys=role.keys)
