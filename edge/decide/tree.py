"""The way through an author's decision tree. A token says which buttons a viewer has pressed.

The token names tenant, island, revision, tree and the pressed buttons, and is made with a key that only this PoP has.
So it cannot be forged or used in another tree, and a PoP remembers no viewer. A tree of an earlier revision is walked
to its end, if the PoP still has it.
"""

from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import Island, PressedButton
from edge.records.trees import Tree, TreeStep
from edge.tokens import make_token, open_token

LIFE_S = 3_600
"""How long a token is good. A tab that was left open for longer starts again."""

_PURPOSE = b"skerry.tree"


class _Cursor(NamedTuple):
    tenant: str
    island: str
    revision: int
    tree: str
    choices: tuple[int, ...]
    issued: int


def find_tree(island: Island, tree: str) -> Tree:
    """The island's tree with the id `tree`. Raises `RefusedError` (`NOT_FOUND`) if there is none."""
    for candidate in island.trees:
        if candidate.id == tree:
            return candidate
    raise RefusedError(f"island '{island.name}' has no tree of that name", reason=Reason.NOT_FOUND)


class TreePlace(NamedTuple):
    """Where a viewer was in a tree, by a token."""

    revision: int
    """Revision of the island whose tree it is."""
    choices: tuple[int, ...]
    """The buttons that were pressed, each counted from 0."""


class Walked(NamedTuple):
    """The step where a viewer is now, and the buttons that led there."""

    step: TreeStep
    choices: tuple[int, ...]
    """The pressed buttons, each counted from 0."""
    question: str
    """Stands for the viewer's question in tickets: what the last step said and the label of the pressed button."""
    path: tuple[PressedButton, ...]
    """The same for all steps, the first one first."""


def begin(tree: Tree) -> Walked:
    """The tree's first step."""
    return _walked(tree, ())


def read_place(island: Island, tree: str, *, token: str, key: bytes, now: float) -> TreePlace:
    """The place in a tree at which a token was made.

    Raises `RefusedError` (`TOKEN_INVALID`) unless this PoP made the token for this tree within the last hour (the
    viewer starts the tree again).
    """
    cursor = open_token(token, type=_Cursor, key=key, purpose=_PURPOSE)
    if (cursor.tenant, cursor.island, cursor.tree) != (island.tenant, island.island, tree):
        raise _refused("was made for another tree")
    if abs(now - cursor.issued) > LIFE_S:
        raise _refused(f"is older than {LIFE_S} s")
    return TreePlace(cursor.revision, cursor.choices)


def walk(tree: Tree, place: TreePlace, *, choice: int | None) -> Walked:
    """The step to which the pressed button leads. `choice` counts the buttons from 0.

    Raises `RefusedError`: `MALFORMED` for a choice that was not offered, `TOKEN_INVALID` if the place is not in `tree`.
    """
    step = _walked(tree, place.choices).step
    if choice is None or choice >= len(step.options):
        received = "missing" if choice is None else str(choice)
        raise RefusedError(f"choice is {received}, expected 0 to {len(step.options) - 1}")
    return _walked(tree, (*place.choices, choice))


def walk_back(tree: Tree, place: TreePlace) -> Walked:
    """The step before. Raises `RefusedError`: `MALFORMED` at the first step, `TOKEN_INVALID` as `walk`."""
    if not place.choices:
        raise RefusedError("this is the first step, expected a choice")
    return _walked(tree, place.choices[:-1])


def token_at(island: Island, tree: Tree, walked: Walked, *, revision: int, key: bytes, now: float) -> str:
    """The token to send with the next choice; empty if the step ends the tree. `revision`: whose tree it is."""
    if not walked.step.options:
        return ""
    cursor = _Cursor(island.tenant, island.island, revision, tree.id, walked.choices, int(now))
    return make_token(msgspec.msgpack.encode(cursor), key=key, purpose=_PURPOSE)


def _walked(tree: Tree, choices: tuple[int, ...]) -> Walked:
    steps, path = {step.id: step for step in tree.steps}, []
    step = tree.steps[0]
    for choice in choices:
        if choice >= len(step.options):
            raise _refused("names a step that this tree does not have")
        pressed = step.options[choice]
        path.append(PressedButton(say=step.say, label=pressed.label))
        step = steps[pressed.to]
    question = f"{path[-1].say} {path[-1].label}" if path else tree.id
    return Walked(step, choices, question, tuple(path))


def _refused(problem: str) -> RefusedError:
    return RefusedError(f"token {problem}, expected the one from the last step", reason=Reason.TOKEN_INVALID)
