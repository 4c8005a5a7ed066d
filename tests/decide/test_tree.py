"""`edge.decide.tree` and `edge.tokens`: trees are walked by buttons, without state, and tokens cannot be forged."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from edge.decide import Walked, begin, find_tree, hour_from, read_place, token_at, walk, walk_back
from edge.decide.tree import LIFE_S, TreePlace
from edge.errors import Reason, RefusedError
from edge.records import Island, PressedButton, Ticket
from edge.records.trees import Tree, TreeOption, TreeStep, TypedQuestion
from edge.tokens import make_promise, make_token, read_promise, seal, unseal

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOW = 1_800_000_000.0
TREE = Tree(
    id="parcel",
    steps=(
        TreeStep(
            id="ordered",
            say="Have you ordered?",
            options=(TreeOption(label="Yes", to="late"), TreeOption(label="No", to="shop")),
        ),
        TreeStep(id="late", say="For how long?", options=(TreeOption(label="Over a month", to="people"),)),
        TreeStep(id="shop", snippet="ship-date"),
        TreeStep(id="people", lane="shipping"),
    ),
)
OTHER = msgspec.structs.replace(TREE, id="other")


@pytest.fixture
def island(make_island: Callable[..., Island]) -> Island:
    """Revision 4 of an island with two like trees."""
    return make_island(revision=4, trees=(TREE, OTHER))


@pytest.fixture
def token(island: Island) -> str:
    """The token of the first step."""
    return token_of(island, begin(TREE))


def token_of(island: Island, walked: Walked) -> str:
    """The token of a step."""
    return token_at(island, TREE, walked, revision=island.revision, key=KEY, issued=NOW)


def pressed(
    island: Island, token: str, choice: int | None, *, tree: Tree = TREE, key: bytes = KEY, now: float = NOW
) -> Walked:
    """Where a button leads."""
    return walk(tree, read_place(island, tree.id, token=token, key=key, now=now), choice=choice)


def test_every_way_ends(island: Island, token: str) -> None:
    """One way ends with an answer. The other ends with people, whose ticket holds every choice."""
    assert TREE.steps[0] == begin(TREE).step
    assert "shop" == pressed(island, token, 1).step.id
    late = pressed(island, token, 0)
    walked = pressed(island, token_of(island, late), 0)

    assert ("people", "For how long? Over a month") == (walked.step.id, walked.question)
    assert (("Have you ordered?", "Yes"), ("For how long?", "Over a month")) == tuple(
        (button.say, button.label) for button in walked.path
    )
    assert "" == token_of(island, walked)


def test_back(island: Island, token: str) -> None:
    """Each step back is the step before, as it was; there is none before the first."""
    late = pressed(island, token, 0)
    place = read_place(island, TREE.id, token=token_of(island, late), key=KEY, now=NOW)

    assert begin(TREE) == walk_back(TREE, place)
    assert (PressedButton(say="Have you ordered?", label="Yes"),) == late.path
    with pytest.raises(RefusedError, match=r"^this is the first step, expected a choice$"):
        walk_back(TREE, read_place(island, TREE.id, token=token, key=KEY, now=NOW))


def test_hour_of_a_place(island: Island, token: str) -> None:
    """A step in the tree in force begins the hour again. In an older one, none does: it ends."""
    place = read_place(island, TREE.id, token=token, key=KEY, now=NOW + 60)
    newer = msgspec.structs.replace(island, revision=island.revision + 1)

    assert NOW + 60 == hour_from(island, place, NOW + 60)
    assert NOW == hour_from(newer, place, NOW + 60)


def test_place_of_another_tree(island: Island, token: str) -> None:
    """A tree that does not have the pressed buttons is refused, and nothing is walked past its end."""
    place = read_place(island, TREE.id, token=token_of(island, pressed(island, token, 0)), key=KEY, now=NOW)
    short = Tree(id=TREE.id, steps=(TreeStep(id="only", lane="fast"),))
    for tree, there in ((short, place), (TREE, place._replace(choices=(9,)))):
        with pytest.raises(RefusedError, match=r"^token names a step that this tree does not have") as caught:
            walk(tree, there, choice=0)
        assert Reason.TOKEN_INVALID == caught.value.reason


def test_typed_value_is_not_readable_in_its_token(island: Island) -> None:
    """Nobody reads it but the PoP that made the token; another key, or a changed byte, is refused."""
    ask = TypedQuestion(name="mail", personal=True, hint="?", pattern="[a-z]{1,30}", to="sure")
    sure = TreeStep(id="sure", say="Sure?", options=(TreeOption(label="Yes", to="people"),))
    tree = Tree(id=TREE.id, steps=(TreeStep(id="mail", say="?", ask=ask), sure, TREE.steps[-1]))
    walked = walk(
        tree,
        read_place(island, TREE.id, token=token_of(island, begin(tree)), key=KEY, now=NOW),
        choice=None,
        value="pelargonium",
    )
    token = token_of(island, walked)

    assert b"pelargonium" not in base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert "pelargonium" == read_place(island, TREE.id, token=token, key=KEY, now=NOW).value
    assert ("[mail]", "? [mail]") == (walked.path[0].label, walked.question)
    with pytest.raises(RefusedError, match=r"^token names a step that this tree does not have"):
        walk(TREE, read_place(island, TREE.id, token=token, key=KEY, now=NOW)._replace(choices=(5,)), choice=0)


def test_value_of_spaces_alone(island: Island) -> None:
    """It has no form, also where the pattern allows nothing: the viewer is asked again, and is not turned away."""
    ask = TypedQuestion(name="size", personal=False, hint="?", pattern="[A-Z]{0,3}", to="people")
    tree = Tree(id="typing", steps=(TreeStep(id="which", say="?", ask=ask), TreeStep(id="people", lane="shipping")))
    place = TreePlace(island.revision, (), NOW)

    assert (True, "which") == (walk(tree, place, choice=None, value="  ").is_wrong_value, begin(tree).step.id)
    assert "people" == walk(tree, place, choice=None, value=" XL ").step.id


def test_token_of_a_release_without_typed_values(island: Island) -> None:
    """A viewer who is in the middle of a tree while a PoP gets this release goes on."""
    content = msgspec.msgpack.encode((island.tenant, island.island, island.revision, TREE.id, (0,), int(NOW)))
    old = make_token(content, key=KEY, purpose=b"skerry.tree")

    assert "people" == pressed(island, old, 0).step.id
    assert "" == read_place(island, TREE.id, token=old, key=KEY, now=NOW).value


def test_sealed_bytes_are_opened_with_their_key_alone() -> None:
    """Every changed byte, a short text and another key are refused as a token is; equal contents are equal."""
    sealed = seal(b"content", key=KEY, purpose=b"p")

    assert b"content" == unseal(sealed, key=KEY)
    assert sealed == seal(b"content", key=KEY, purpose=b"p") != seal(b"content", key=KEY, purpose=b"q")
    changed = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for data, key in [*((data, KEY) for data in (*changed, sealed[:-1], sealed[:20], b"")), (sealed, OTHER_KEY)]:
        with pytest.raises(RefusedError, match=r"^token is not valid"):
            unseal(data, key=key)


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "another PoP's key": ({"key": OTHER_KEY}, "token_invalid", "token is not valid, expected one that this PoP made"),
    "another tree": ({"tree": OTHER}, "token_invalid", "token was made for another tree, expected the one from the "),
    "another island": ({"at": {"island": "other"}}, "token_invalid", "token was made for another tree, expected "),
    "another tenant": ({"at": {"tenant": "evil"}}, "token_invalid", "token was made for another tree, expected "),
    "too old": ({"now": NOW + LIFE_S + 1}, "token_invalid", f"token is older than {LIFE_S} s, expected the one from "),
    "no choice": ({"choice": None}, "malformed", "choice is missing, expected 0 to 1"),
    "a choice that was not offered": ({"choice": 2}, "malformed", "choice is 2, expected 0 to 1"),
}


@pytest.mark.parametrize(("change", "reason", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(island: Island, token: str, change: dict[str, Any], reason: str, text: str) -> None:
    """A token is good for one step of one tree on one PoP, for an hour."""
    place = msgspec.structs.replace(island, **change.pop("at", {}))
    tree = change.pop("tree", TREE)
    given: dict[str, Any] = {"choice": 0, **change}
    with pytest.raises(RefusedError) as caught:
        pressed(place, token, tree=tree, **given)

    assert reason == caught.value.reason
    assert caught.value.text.startswith(text)


def test_every_changed_bit_is_noticed(island: Island, token: str) -> None:
    """A token with a bit flipped or an end cut is refused with the same reason."""
    data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    changed = [
        data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]
        for place in range(len(data))
        for bit in range(8)
    ]
    cut = [data[:length] for length in range(len(data))]
    for forged in (*changed, *cut, data + b"\0"):
        with pytest.raises(RefusedError) as caught:
            pressed(island, base64.urlsafe_b64encode(forged).decode(), 0)
        assert Reason.TOKEN_INVALID == caught.value.reason


@pytest.mark.parametrize("text", ["no token", "%%%", "é", "A", "=" * 8, "\0"])
def test_text_that_is_no_token(island: Island, text: str) -> None:
    """A text that is not a token is refused like a forged one."""
    with pytest.raises(RefusedError, match=r"^token is not valid"):
        pressed(island, text, 0)


def test_unknown_tree(island: Island) -> None:
    """The error names the island and does not repeat the viewer's text."""
    with pytest.raises(RefusedError, match=r"^island 'acme/drop' has no tree of that name$"):
        find_tree(island, "nothing")


def ticket(**fields: Any) -> Ticket:
    """A ticket whose viewer was promised a callback in ten minutes."""
    usual: dict[str, Any] = {
        "id": "t-1", "created": datetime(2026, 11, 1, tzinfo=UTC), "pop": "p", "island": "acme/drop", "revision": 1,
        "text": "?", "reason": Reason.SURGE, "lane": "callback", "promised_wait_s": 600.0,
    }  # fmt: skip
    return Ticket(**(usual | fields))


def test_promise_is_kept_in_its_token() -> None:
    """The promise holds ticket, island and two times. It does not hold the question."""
    found = read_promise(make_promise(ticket(), key=KEY), key=KEY)

    assert ("t-1", "acme/drop") == (found.ticket, found.island)
    assert found.expected is not None
    assert timedelta(minutes=10) == found.expected - found.asked
    assert read_promise(make_promise(ticket(promised_wait_s=None), key=KEY), key=KEY).expected is None


def test_token_of_one_kind_is_none_of_another(island: Island, token: str) -> None:
    """A token with the same key but another purpose is refused."""
    with pytest.raises(RefusedError, match=r"^token is not valid"):
        read_promise(token, key=KEY)
    with pytest.raises(RefusedError, match=r"^token is not valid"):
        pressed(island, make_promise(ticket(), key=KEY), 0)
