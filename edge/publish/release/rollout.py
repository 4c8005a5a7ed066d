"""Bringing a revision to some viewers first: who gets it, and what the others keep, is signed with the island's target.

A rollout is decided when a revision is published, not written in the island. The same bytes go to more and more
viewers, and PoPs that hold them need nothing but a new role. What is kept is the revision that everybody had.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec
from tuf.api.metadata import TargetFile

from edge.errors import Reason, RefusedError
from edge.publish.repository import Repository, SignedIsland, State, target_custom
from edge.records import IslandName, Revision, Rollout

EVERYBODY = "everybody"

_PERCENT = re.compile(r"(\d{1,3})%")
_POP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_ALL = 100


class RolloutTarget(NamedTuple):
    """Who gets a revision in rollout: a share of all sessions, and everybody on some PoPs."""

    percent: int
    pops: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join((f"{self.percent}%", *self.pops))


def read_rollout_target(text: str) -> RolloutTarget | None:
    """The rollout that a text like `10%`, `pop-ams-1` or `10%, pop-ams-1` means; None for everybody."""
    if text == EVERYBODY:
        return None
    percent, pops = 0, list[str]()
    for part in (part.strip() for part in text.split(",")):
        share = _PERCENT.fullmatch(part)
        if share is not None and int(share[1]) < _ALL:
            percent = int(share[1])
        elif _POP.fullmatch(part):
            pops.append(part)
        else:
            raise RefusedError(
                f"{part[:64]!r} says nobody, expected 0% to 99%, names of PoPs, or {EVERYBODY!r}, as in: 10%,pop-ams-1"
            )
    return RolloutTarget(percent, tuple(dict.fromkeys(pops)))


def roll_out_over(
    sign: Callable[[int], SignedIsland], who: RolloutTarget, *, state: State, name: IslandName
) -> Callable[[int], SignedIsland]:
    """Signs an island that reaches only `who`; others keep what `state` gives everybody.

    Raises `RefusedError` when that is nothing.
    """
    previous = _kept(_target(state, name))

    def sign_rolled_out(revision: int) -> SignedIsland:
        one = sign(revision)
        rollout = Rollout(percent=who.percent, pops=who.pops, previous=previous)
        return msgspec.structs.replace(one, custom=msgspec.structs.replace(one.custom, rollout=rollout))

    return sign_rolled_out


def widen_rollout(repository: Repository, name: IslandName, who: RolloutTarget | None, *, now: datetime) -> int:
    """Give the revision in rollout to others, or (None) to everybody; its number. In force on return."""
    with repository.change(now) as change:
        repository.require_tenant(change.state, name.tenant)
        target = _target(change.state, name)
        custom = target_custom(target)
        if custom.rollout is None:
            raise RefusedError(
                f"island '{name}' revision {custom.revision} is in no rollout, everybody has it; take it back with:"
                f" skerry island rollback {name}"
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
            f"island '{name}' is not published, so there is nothing that others could keep; publish it to everybody",
            reason=Reason.NOT_FOUND,
        )
    return target


def _kept(target: TargetFile) -> Revision:
    """What everybody has: of an island in rollout, the revision before it."""
    custom = target_custom(target)
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
