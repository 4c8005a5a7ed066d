"""Walks an author's decision tree without remembering anybody: a signed token says where a viewer is.

The token is made with a key that only this PoP holds, and names tenant, island, revision, tree and step. So it cannot
be forged, taken to another tree, or outlive the revision that its viewer was reading.
"""

from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import Island, Tree, TreeStep
from edge.tokens import make_token, open_token

LIFE_S = 3_600
"""A tab that was left open for an hour starts again."""

_PURPOSE = b"skerry.tree"


class _Cursor(NamedTuple):
    tenant: str
    island: str
    revision: int
    tree: str
    step: str
    issued: int


def find_tree(island: Island, tree: str) -> Tree:
    """The island's tree of that id; raises `RefusedError` (`NOT_FOUND`)."""
    found = next((one for one in island.trees if one.id == tree), None)
    if found is None:
        raise RefusedError(f"island '{island.name}' has no tree of that name", reason=Reason.NOT_FOUND)
    return found


class Walked(NamedTuple):
    """Where a viewer is, and what their last press said, in the author's words."""

    step: TreeStep
    told: str


def begin(tree: Tree) -> Walked:
    """Where everybody begins."""
    return Walked(tree.steps[0], tree.id)


def walk(island: Island, tree: Tree, *, token: str, choice: int | None, key: bytes, now: float) -> Walked:
    """Where the pressed button leads.

    Raises `RefusedError`: `TOKEN_INVALID` for a token that this PoP did not make for this tree of this revision within
    the last hour, `MALFORMED` for a choice that was not offered.
    """
    cursor = open_token(token, type=_Cursor, key=key, purpose=_PURPOSE)
    if (cursor.tenant, cursor.island, cursor.tree) != (island.tenant, island.island, tree.id):
        raise _refused("was made for another tree")
    if cursor.revision != island.revision:
        raise _refused(f"was made for revision {cursor.revision}, the island is revision {island.revision}")
    if abs(now - cursor.issued) > LIFE_S:
        raise _refused(f"is older than {LIFE_S} s")
    step = _step(tree, cursor.step)
    if choice is None or choice >= len(step.options):
        found = "missing" if choice is None else str(choice)
        raise RefusedError(f"choice is {found}, expected 0 to {len(step.options) - 1}")
    pressed = step.options[choice]
    return Walked(_step(tree, pressed.to), f"{step.say} {pressed.label}")


def token_at(island: Island, tree: Tree, step: TreeStep, *, key: bytes, now: float) -> str:
    """What to send with the next choice; empty at an end."""
    if not step.options:
        return ""
    cursor = _Cursor(island.tenant, island.island, island.revision, tree.id, step.id, int(now))
    return make_token(msgspec.msgpack.encode(cursor), key=key, purpose=_PURPOSE)


def _step(tree: Tree, step: str) -> TreeStep:
    found = next((one for one in tree.steps if one.id == step), None)
    if found is None:
        raise _refused(f"names the step {step[:64]!r}, which this tree does not have")
    return found


def _refused(problem: str) -> RefusedError:
    return RefusedError(f"token {problem}, expected the one from the last step", reason=Reason.TOKEN_INVALID)
