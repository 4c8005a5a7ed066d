"""Publish the content of an earlier revision again, as a new revision. Takes milliseconds: nothing is trained.

A repository keeps every file that it published. An old file is trusted only as a PoP would trust it: its bytes must be
listed by a version of the tenant's role that is signed by the tenant's present keys.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from tuf.api.metadata import Targets

from edge.errors import ConfigError, Reason, RefusedError
from edge.publish.compile import pack_island, sign_purposes_again, sign_snippet
from edge.publish.keys import PrivateKey, newest_sealing_key
from edge.publish.repository import Repository, SignedIsland, State, target_custom
from edge.records import Island, IslandName, SnippetDocument, TargetCustom
from edge.trust import IslandTarget, TenantRole, open_island, signed_by, tenant_role


class RolledBack(msgspec.Struct, frozen=True, kw_only=True):
    """The new `revision`, and the earlier one whose content it has."""

    revision: int
    content_of: int


def roll_back(repository: Repository, name: IslandName, *, now: datetime, to: int | None = None) -> RolledBack:
    """Publish the content of revision `to` again; None is the revision that everybody had before. In force on return.

    Raises `RefusedError` if there is no such revision, if its signatures or bytes are not trusted, or if it has
    expired. Raises `ConfigError` if the tenant's key or the revision's file is missing.
    """
    state = repository.state()
    repository.require_tenant(state, name.tenant)
    target = _find(repository, state, name, to)
    island = _read(repository, state, name, target)
    if island.expires <= now:
        raise RefusedError(
            f"island '{name}' revision {island.revision} expired at {island.expires.isoformat()}, publish its source"
            " with a later 'expires' instead"
        )
    key = repository.tenant_key(name.tenant)
    sealing = newest_sealing_key(repository.keys, name.tenant)

    def sign(revision: int) -> SignedIsland:
        return sign_again(island, revision, signer=key, now=now, sealing=sealing)

    signed = repository.publish_island(name, sign, now=now)
    return RolledBack(revision=signed.custom.revision, content_of=island.revision)


def sign_again(
    island: Island, revision: int, *, signer: PrivateKey, now: datetime, sealing: bytes = b""
) -> SignedIsland:
    """Sign the island under another revision. Each answer keeps its approver and the time of its approval.

    `sealing` is as in `sign_island`: that of the earlier revision may have been stolen since.
    """
    moment = now.replace(microsecond=0)
    snippets = []
    for snippet in island.snippets:
        document = _document(snippet.document, revision)
        locales = [(one.title, _document(one.document, revision)) for one in snippet.locales or ()]
        snippets.append(sign_snippet(snippet, document, signer=signer, now=moment, locales=locales))
    again = msgspec.structs.replace(
        island,
        revision=revision,
        snippets=tuple(snippets),
        purposes=sign_purposes_again(island, revision, signer=signer, now=moment),
        sealing=sealing or msgspec.UNSET,
    )
    return pack_island(again, signer=signer)


def _document(document: bytes, revision: int) -> SnippetDocument:
    return msgspec.structs.replace(msgspec.json.decode(document, type=SnippetDocument), revision=revision)


def _find(repository: Repository, state: State, name: IslandName, to: int | None) -> IslandTarget:
    """The target of revision `to`; None is the newest that everybody had before and that was never withdrawn."""
    current = state.tenants[name.tenant].targets.get(name.target_path)
    if to is None and current is None:
        raise RefusedError(f"island '{name}' is not published, choose the revision to publish again with --to")
    limit = _limit(target_custom(current)) if current else 0
    withdrawn = 0
    for role in _history(repository, state, name.tenant):
        # Newest version first: a withdrawal is seen before the revisions that it withdrew. Only `to` reaches those.
        withdrawal = role.withdrawn.get(name.island)
        withdrawn = max(withdrawn, withdrawal.revision if withdrawal else 0)
        target = role.islands.get(name.island)
        if target is None:
            continue
        revision = target.custom.revision
        # A target in rollout reached only some viewers. If everybody got it later, a newer role lists it without.
        if revision == to or (to is None and withdrawn < revision < limit and target.custom.rollout is None):
            return target
    which = f"revision {to}" if to else "an earlier revision that was not withdrawn"
    raise RefusedError(
        f"no role signed by a present key of {name.tenant!r} lists {which} of island '{name}',"
        " publish its source instead",
        reason=Reason.NOT_FOUND,
    )


def _limit(custom: TargetCustom) -> int:
    """The revision that a rollback must stay below. A rollout goes back to the revision that the others kept."""
    return custom.rollout.previous.revision + 1 if custom.rollout else custom.revision


def _history(repository: Repository, state: State, tenant: str) -> Iterator[TenantRole]:
    """Versions of the tenant's role that its present keys signed, newest first. Others are skipped."""
    # By the files that are there: after `skerry recover restored` there are gaps of a thousand million.
    files = repository.metadata.glob(f"[1-9]*.{tenant}.json")
    versions = sorted((int(file.name.partition(".")[0]) for file in files), reverse=True)
    for version in versions:
        if version > state.tenants[tenant].version:
            continue
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
