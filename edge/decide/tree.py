"""The way through an author's decision tree. A token says which buttons a viewer has pressed.

The token names tenant, island, revision, tree and the pressed buttons, and has what was typed, encrypted. It is made
with a key that only this PoP has. So it cannot be forged or used in another tree, and a PoP remembers no viewer. A tree
of an earlier revision is walked to its end, if the PoP still has it.
"""

from typing import NamedTuple

import msgspec

from edge.decide.typed_value import DIGEST_PATTERN, fits
from edge.errors import BrokenRuleError, Reason, RefusedError
from edge.records import Island, PressedButton
from edge.records.trees import Tree, TreeRoot, TreeStep, TypedQuestion, TypedValue, ValueKind
from edge.tokens import make_token, open_token, seal, unseal

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
    value: bytes = b""


def find_tree(island: Island, tree: str) -> Tree:
    """The island's tree with the id `tree`. Raises `RefusedError` (`NOT_FOUND`) if there is none."""
    for candidate in island.trees:
        if candidate.id == tree:
            return candidate
    raise RefusedError(f"island '{island.name}' has no tree of that name", reason=Reason.NOT_FOUND)


def list_trees(island: Island) -> tuple[TreeRoot, ...]:
    """The island's trees, each with its first step, in the author's order."""
    roots = ((tree.id, tree.steps[0]) for tree in island.trees)
    return tuple(
        TreeRoot(tree=tree, say=step.say, labels=tuple(option.label for option in step.options)) for tree, step in roots
    )


class TreePlace(NamedTuple):
    """Where a viewer was in a tree, by a token."""

    revision: int
    """Revision of the island whose tree it is."""
    choices: tuple[int, ...]
    """The buttons that were pressed, each counted from 0. A typed value counts as button 0."""
    issued: float
    """Since when its hour runs, in Unix seconds."""
    value: str = ""
    """What was typed; empty if nothing was."""


class Walked(NamedTuple):
    """The step where a viewer is now, and the buttons that led there."""

    step: TreeStep
    choices: tuple[int, ...]
    """The pressed buttons, each counted from 0."""
    question: str
    """Stands for the viewer's question in tickets: what the last step said and the label of the pressed button."""
    path: tuple[PressedButton, ...]
    """The same for all steps, the first one first. A personal value is in neither: its name in brackets is."""
    typed: TypedValue | None = None
    """What was typed on the way."""
    is_wrong_value: bool = False
    """True if the value that was sent had another form than the step asks for."""


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
    value = unseal(cursor.value, key=key).decode() if cursor.value else ""
    return TreePlace(cursor.revision, cursor.choices, cursor.issued, value)


def walk(tree: Tree, place: TreePlace, *, choice: int | None, value: str = "") -> Walked:
    """The step to which the pressed button, or the typed value, leads. `choice` counts the buttons from 0.

    It is the same step again, with `is_wrong_value`, if the value has another form. Raises `BrokenRuleError` for a
    choice that was not offered, or a value that was not asked for, `TOKEN_INVALID` if the place is not in `tree`.
    """
    here = _walked(tree, place.choices, place.value)
    step = here.step
    if step.ask:
        if choice is not None or not value:
            raise BrokenRuleError("this step asks for a value, expected 'value' and no 'choice'")
        value = value.strip(" ")
        # Also where the pattern allows nothing at all: a place without a value is in no token.
        if not value or not fits(pattern_of(step.ask), value):
            return here._replace(is_wrong_value=True)
        return _walked(tree, (*place.choices, 0), value)
    if value:
        raise BrokenRuleError("this step asks for no value, expected a 'choice' alone")
    if choice is None or choice >= len(step.options):
        received = "missing" if choice is None else str(choice)
        raise BrokenRuleError(f"choice is {received}, expected 0 to {len(step.options) - 1}")
    return _walked(tree, (*place.choices, choice), place.value)


def walk_back(tree: Tree, place: TreePlace) -> Walked:
    """The step before. Raises `BrokenRuleError` at the first step, `TOKEN_INVALID` as `walk`."""
    if not place.choices:
        raise BrokenRuleError("this is the first step, expected a choice")
    return _walked(tree, place.choices[:-1], place.value)


def pattern_of(question: TypedQuestion) -> str:
    """The form of the value that a step asks for."""
    return DIGEST_PATTERN if question.kind is ValueKind.DIGEST else question.pattern


def hour_from(island: Island, place: TreePlace, now: float) -> float:
    """Since when the hour of the next token runs: each step begins it again while the tree's revision is in force.

    Afterwards nothing does, so that nobody walks an old tree for ever.
    """
    return now if place.revision == island.revision else place.issued


def token_at(island: Island, tree: Tree, walked: Walked, *, revision: int, key: bytes, issued: float) -> str:
    """The token to send with the next choice; empty if the step ends the tree.

    `revision`: whose tree it is. `issued`: since when its hour runs (`hour_from`).
    """
    if walked.step.is_end:
        return ""
    # Encrypted: a token lies in the memory of repeated responses, and in places that nobody knows.
    value = seal(walked.typed.value.encode(), key=key, purpose=_PURPOSE) if walked.typed else b""
    cursor = _Cursor(island.tenant, island.island, revision, tree.id, walked.choices, int(issued), value)
    return make_token(msgspec.msgpack.encode(cursor), key=key, purpose=_PURPOSE)


def _walked(tree: Tree, choices: tuple[int, ...], value: str = "") -> Walked:
    steps, path = {step.id: step for step in tree.steps}, []
    step, typed = tree.steps[0], None
    for choice in choices:
        if step.ask:
            # A place from a token of ours always has it; one in another tree may not.
            if choice or not value:
                raise _refused("names a step that this tree does not have")
            typed = TypedValue(name=step.ask.name, value=value, personal=step.ask.personal, kind=step.ask.kind)
            label, to = f"[{typed.name}]" if typed.personal else value, step.ask.to
        elif choice < len(step.options):
            label, to = step.options[choice].label, step.options[choice].to
        else:
            raise _refused("names a step that this tree does not have")
        path.append(PressedButton(say=step.say, label=label))
        step = steps[to]
    question = f"{path[-1].say} {path[-1].label}" if path else tree.id
    return Walked(step, choices, question, tuple(path), typed)


def _refused(problem: str) -> RefusedError:
    return RefusedError(f"token {problem}, expected the one from the last step", reason=Reason.TOKEN_INVALID)
