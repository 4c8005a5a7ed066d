"""Give a new revision to some viewers first. The others keep the revision that everybody had before.

A rollout is part of the island's target in the tenant's role, not of the island's file. To widen it, only the role is
signed again; PoPs that have the file download nothing else.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec
from tuf.api.metadata import TargetFile

from edge.errors import Reason, RefusedError
from edge.publish.repository import Repository, SignedIsland, State, revision_in, target_custom
from edge.records import IslandName, Revision, Rollout

EVERYBODY = "everybody"

_PERCENT = re.compile(r"(\d{1,3})%")
_POP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_ALL = 100


class RolloutTarget(NamedTuple):
    """Who gets a revision in rollout: `percent` of all sessions everywhere, and every session on `pops`."""

    percent: int
    pops: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join((f"{self.percent}%", *self.pops))


def read_rollout_target(text: str) -> RolloutTarget | None:
    """Parse a text such as `10%`, `pop-ams-1` or `10%, pop-ams-1`; None means everybody.

    Raises `RefusedError` for any other text.
    """
    if text == EVERYBODY:
        return None
    percent, pops = 0, list[str]()
    for part in (part.strip() for part in text.split(",")):
        share = _PERCENT.fullmatch(part)
        # 100% is refused: it would never end. `everybody` ends a rollout.
        if share is not None and int(share[1]) < _ALL:
            percent = int(share[1])
        elif _POP.fullmatch(part):
            pops.append(part)
        else:
            raise RefusedError(
                f"{part[:64]!r} is not a rollout target,"
                f" expected 0% to 99%, names of PoPs, or {EVERYBODY!r}, as in: 10%,pop-ams-1"
            )
    return RolloutTarget(percent, tuple(dict.fromkeys(pops)))


def roll_out_over(
    sign: Callable[[int], SignedIsland], who: RolloutTarget, *, state: State, name: IslandName
) -> Callable[[int], SignedIsland]:
    """Wrap `sign` so that the island reaches only `who`. Others keep the revision that `state` gives to everybody.

    Raises `RefusedError` if there is no such revision.
    """
    target = _target(state, name)
    if revision_in(state.tenants[name.tenant], name) > target_custom(target).revision:
        text = f"the revision that PoPs have of island '{name}' was lost when this home was restored"
        raise RefusedError(f"{text}, so others have none to keep; publish it without --rollout")
    previous = _previous(target)

    def sign_rolled_out(revision: int) -> SignedIsland:
        signed = sign(revision)
        rollout = Rollout(percent=who.percent, pops=who.pops, previous=previous)
        return msgspec.structs.replace(signed, custom=msgspec.structs.replace(signed.custom, rollout=rollout))

    return sign_rolled_out


def widen_rollout(repository: Repository, name: IslandName, who: RolloutTarget | None, *, now: datetime) -> int:
    """Give the revision in rollout to `who` instead; None is everybody. In force on return.

    Returns the revision. Raises `RefusedError` if the island is not published or no rollout is under way.
    """
    with repository.change(now) as change:
        repository.require_tenant(change.state, name.tenant)
        target = _target(change.state, name)
        custom = target_custom(target)
        # No way from everybody back to some: viewers would lose an answer that they had. That is a rollback.
        if custom.rollout is None:
            raise RefusedError(
                f"island '{name}' revision {custom.revision} is not in rollout, everybody has it;"
                f" to go back to the revision before, run: skerry island rollback {name} --home {repository.home}"
            )
        rollout = None
        if who is not None:
            rollout = msgspec.structs.replace(custom.rollout, percent=who.percent, pops=who.pops)
        target.unrecognized_fields["custom"] = msgspec.to_builtins(msgspec.structs.replace(custom, rollout=rollout))
        change.touch(name.tenant)
    return custom.revision


def _target(state: State, name: IslandName) -> TargetFile:
    target = state.tenants[name.tenant].targets.get(name.target_path) if name.tenant in state.tenants else None
    if target is None:
        raise RefusedError(
            f"island '{name}' is not published, so others have no revision to keep; publish it without --rollout",
            reason=Reason.NOT_FOUND,
        )
    return target


def _previous(target: TargetFile) -> Revision:
    """The revision that everybody has, and that others keep during a rollout of the next."""
    custom = target_custom(target)
    # A revision in rollout reached only some viewers. If another replaces it, nobody may be sent back to it.
    if custom.rollout is not None:
        return custom.rollout.previous
    return Revision(
        revision=custom.revision,
        opens=custom.opens,
        expires=custom.expires,
        max_stale_s=custom.max_stale_s,
        length=target.length,
        sha256=target.hashes["sha256"],
    )
