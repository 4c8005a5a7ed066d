"""The way through an author's decision tree. A token says at which step a viewer is, so a PoP remembers nothing.

The token names tenant, island, revision, tree and step, and is made with a key that only this PoP has. So it cannot be
forged, used in another tree, or used after a new revision.
"""

from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import Island, Tree, TreeStep
from edge.tokens import make_token, open_token

LIFE_S = 3_600
"""How long a token is good. A tab that was left open for longer starts again."""

_PURPOSE = b"skerry.tree"


class _Cursor(NamedTuple):
    tenant: str
    island: str
    revision: int
    tree: str
    step: str
    issued: int


def find_tree(island: Island, tree: str) -> Tree:
    """The island's tree with the id `tree`. Raises `RefusedError` (`NOT_FOUND`) if there is none."""
    for candidate in island.trees:
        if candidate.id == tree:
            return candidate
    raise RefusedError(f"island '{island.name}' has no tree of that name", reason=Reason.NOT_FOUND)


class Walked(NamedTuple):
    """The step where a viewer is now, and the choice that led there."""

    step: TreeStep
    question: str
    """Stands for the viewer's question in tickets: what the step said and the label of the pressed button."""


def begin(tree: Tree) -> Walked:
    """The tree's first step."""
    return Walked(tree.steps[0], tree.id)


def walk(island: Island, tree: Tree, *, token: str, choice: int | None, key: bytes, now: float) -> Walked:
    """The step to which the pressed button leads. `choice` counts the buttons from 0.

    Raises `RefusedError`: `TOKEN_INVALID` unless this PoP made the token for this tree of this revision within the last
    hour (the viewer starts the tree again), `MALFORMED` for a choice that was not offered.
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
        received = "missing" if choice is None else str(choice)
        raise RefusedError(f"choice is {received}, expected 0 to {len(step.options) - 1}")
    pressed = step.options[choice]
    return Walked(_step(tree, pressed.to), f"{step.say} {pressed.label}")


def token_at(island: Island, tree: Tree, step: TreeStep, *, key: bytes, now: float) -> str:
    """The token to send with the next choice; empty if the step ends the tree."""
    if not step.options:
        return ""
    cursor = _Cursor(island.tenant, island.island, island.revision, tree.id, step.id, int(now))
    return make_token(msgspec.msgpack.encode(cursor), key=key, purpose=_PURPOSE)


def _step(tree: Tree, step_id: str) -> TreeStep:
    for step in tree.steps:
        if step.id == step_id:
            return step
    raise _refused(f"names the step {step_id[:64]!r}, which this tree does not have")


def _refused(problem: str) -> RefusedError:
    return RefusedError(f"token {problem}, expected the one from the last step", reason=Reason.TOKEN_INVALID)
