"""A new repository whose first root the holders sign, so that the publisher alone never had a root key.

    publisher      keys ceremony bootstrap --root ... --targets ... --out drafts/   1.root.json, 1.targets.json
    each holder    keys ceremony sign drafts/1.root.json --key ada.json
    publisher      keys ceremony assemble drafts/                                  in force, root.json for PoPs

The publisher makes only the keys of snapshot and timestamp. Nothing is in force until enough holders have signed. Then
all of it is in force at one moment, as with every change of root (`edge.publish.repository.root_switch`).
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import Key
from tuf.api.metadata import Root, Targets

from edge.errors import RefusedError
from edge.publish.repository import Repository, State, fresh_state
from edge.publish.signing.ceremony import RoleDraft, read_drafts, signatures_for, write_drafts
from edge.publish.signing.delegations import check_threshold, key_with_holder

_ONLINE = ("snapshot", "timestamp")
_PUBLISHER = "publisher"


def draft_bootstrap(
    repository: Repository,
    *,
    root: tuple[Sequence[Key], int],
    targets: tuple[Sequence[Key], int],
    out: Path,
    now: datetime,
) -> tuple[Path, ...]:
    """Write drafts of the first root and targets into `out`; returns their paths. Nothing is in force yet.

    `root` and `targets` are the role's keys and its threshold. Raises `ConfigError` if there is a repository already,
    or drafts in `out`, and `RefusedError` for a threshold that the keys cannot reach.
    """
    for role, (keys, threshold) in (("root", root), ("targets", targets)):
        check_threshold(role, keys, threshold)
    repository.make_folders()
    online = {role: key_with_holder(repository.keys.load_or_create(role).public, _PUBLISHER) for role in _ONLINE}
    (first, *others), threshold = targets
    state = fresh_state(root_keys=root[0], threshold=root[1], role_keys={"targets": first, **online}, now=now)
    for key in others:
        state.root.add_key(key, "targets")
    state.root.roles["targets"].threshold = threshold
    with repository.first_proposal(state, now=now) as change:
        change.start("root")
        change.start("targets")
        return write_drafts(change, out)


def bootstrap_repository(repository: Repository, folder: Path, *, now: datetime) -> tuple[RoleDraft, ...]:
    """Begin the repository with the signed drafts in `folder`; in force on return. Returns the drafts.

    Raises `RefusedError` for any other drafts than version 1 of root and targets, and `ConfigError` when too few
    holders have signed. Nothing is in force then; the call can be repeated with more signatures.
    """
    command = f"skerry keys ceremony bootstrap --home {repository.home} --root FILE --targets FILE --out {folder}"
    drafts, signatures = read_drafts(folder, command=command)
    roles = {draft.role: draft.signed for draft in drafts if draft.signed.version == 1}
    root, targets = roles.get("root"), roles.get("targets")
    if len(drafts) != len(roles) or not isinstance(root, Root) or not isinstance(targets, Targets):
        text = f"{folder} holds {', '.join(draft.name for draft in drafts)}, expected 1.root and 1.targets"
        raise RefusedError(f"{text}, because {repository.home} has no repository yet; draft them with: {command}")
    with repository.first_proposal(_state(root, targets, now), now=now) as change:
        # No earlier root vouches for the first one.
        change.reissues_root = True
        for draft in drafts:
            change.collect(draft.role, signatures_for(draft, signatures))
        for role in _ONLINE:
            change.start(role)
        change.write()
    return drafts


def _state(root: Root, targets: Targets, now: datetime) -> State:
    fresh = fresh_state(root_keys=(), threshold=1, role_keys={}, now=now)
    return State(root=root, targets=targets, snapshot=fresh.snapshot, timestamp=fresh.timestamp)
