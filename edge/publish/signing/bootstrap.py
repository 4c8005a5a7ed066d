"""A repository whose very first root is the holders': nothing that the publisher signed stands before it.

    publisher      keys ceremony bootstrap --root ... --targets ... --out rite/   1.root.json, 1.targets.json
    each holder    keys ceremony sign rite/1.root.json --key ada.json
    publisher      keys ceremony assemble rite/                                  in force, root.json for PoPs

Only the keys of snapshot and timestamp are made at the publisher. Nothing is in the repository before enough have
signed; then all of it is there at once, as after any change of the root (`edge.publish.repository.root_switch`).
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import Key
from tuf.api.metadata import Root, Targets

from edge.errors import RefusedError
from edge.publish.repository import Repository, State, fresh_state
from edge.publish.signing.ceremony import RoleDraft, collected, read_rite, write_drafts
from edge.publish.signing.delegations import check_threshold, held_key

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
    """Write drafts of the first root and targets, by these keys and thresholds, into `out`; their files.

    Raises `ConfigError` where there is a repository already, `RefusedError` for a threshold that keys cannot reach.
    """
    for role, (keys, threshold) in (("root", root), ("targets", targets)):
        check_threshold(role, keys, threshold)
    repository.make_folders()
    online = {role: held_key(repository.keys.load_or_create(role).public, _PUBLISHER) for role in _ONLINE}
    (first, *others), threshold = targets
    state = fresh_state(root_keys=root[0], threshold=root[1], role_keys={"targets": first, **online}, now=now)
    for key in others:
        state.root.add_key(key, "targets")
    state.root.roles["targets"].threshold = threshold
    with repository.first_proposal(state, now=now) as change:
        change.start("root")
        change.start("targets")
        return write_drafts(change, out)


def bootstrap_repository(repository: Repository, rite: Path, *, now: datetime) -> tuple[RoleDraft, ...]:
    """Begin the repository with the signed drafts in `rite`; in force when this returns.

    Raises `RefusedError`, and nothing is there, when too few have signed or for anything but first root and targets.
    """
    drafts, signatures = read_rite(rite)
    roles = {draft.role: draft.signed for draft in drafts if draft.signed.version == 1}
    root, targets = roles.get("root"), roles.get("targets")
    if len(drafts) != len(roles) or not isinstance(root, Root) or not isinstance(targets, Targets):
        text = f"{rite} holds {', '.join(draft.name for draft in drafts)}, expected 1.root and 1.targets"
        raise RefusedError(f"{text}, as 'skerry keys ceremony bootstrap' writes them")
    with repository.first_proposal(_state(root, targets, now), now=now) as change:
        change.reissues_root = True
        for draft in drafts:
            change.collect(draft.role, collected(draft, signatures))
        for role in _ONLINE:
            change.start(role)
        change.write()
    return drafts


def _state(root: Root, targets: Targets, now: datetime) -> State:
    fresh = fresh_state(root_keys=(), threshold=1, role_keys={}, now=now)
    return State(root=root, targets=targets, snapshot=fresh.snapshot, timestamp=fresh.timestamp)
