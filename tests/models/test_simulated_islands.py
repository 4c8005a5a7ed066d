from pathlib import Path
from random import Random

import pytest

from models.noise import altered, no_question
from models.simulated_islands import IntentSet, Mix, draw_island, read_sets

MIX = Mix(own=40, near=20, far=20, noise=5, altered=0.5)


def intents(name: str, count: int) -> IntentSet:
    """A set of intents with forty texts each."""
    return {f"{name}{number}": [f"{name} {number} wording {text}" for text in range(40)] for number in range(count)}


@pytest.fixture
def sets() -> dict[str, IntentSet]:
    """Three sets as the public ones are laid out."""
    clinc = intents("c", 30) | {"oos": [f"something else {number}" for number in range(90)]}
    return {"clinc150": clinc, "banking77": intents("b", 25), "hwu64": intents("h", 25)}


def test_draw_island_asks_what_it_does_not_know(sets: dict[str, IntentSet]) -> None:
    """No example is asked, held-out intents and other sets have no right answer, and all kinds are there."""
    plain = Mix(own=40, near=20, far=20, noise=5, altered=0)

    island = draw_island(sets, "banking77", Random(1), mix=plain, asked=sets)
    examples = {text for texts in island.examples.values() for text in texts}

    assert 10 <= len(island.examples) <= 15
    assert all(len(texts) >= 2 for texts in island.examples.values())
    assert not examples & {question.text for question in island.questions}
    for question in island.questions:
        assert bool(question.label) == (question.kind == "own")
        assert question.label in {"", *island.examples}
    assert [40, 20, 20, 5] == [
        sum(question.kind == kind for question in island.questions) for kind in ("own", "near", "far", "noise")
    ]


def test_draw_island_is_repeatable(sets: dict[str, IntentSet]) -> None:
    """The same seed draws the same island, another seed another."""
    first, again, other = (draw_island(sets, "hwu64", Random(seed), mix=MIX, asked=sets) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_read_sets_says_where_to_get_what_is_missing(tmp_path: Path) -> None:
    """A folder without the sets ends the program with their addresses."""
    with pytest.raises(
        SystemExit, match=r"clinc150.csv is missing: get CLINC150 \(github.com/clinc/oos-eval, CC BY 3.0\)"
    ):
        read_sets(tmp_path, "train")


def test_read_sets_reads_one_split(tmp_path: Path) -> None:
    """Only the wanted split is read, by label."""
    for name in ("clinc150", "banking77", "hwu64"):
        tmp_path.joinpath(f"{name}.csv").write_text("text,label,split\nhi,greet,train\nyo,greet,test\n")

    assert read_sets(tmp_path, "test")["hwu64"] == {"greet": ["yo"]}


@pytest.mark.parametrize("text", ["a", "hi", "where is my order", "ÄÖ ß", "1 2 3 4", "x " * 200])
def test_altered_leaves_something_to_read(text: str) -> None:
    """An altered text is never empty."""
    rng = Random(3)

    assert all(altered(text, rng).strip() for _ in range(50))


def test_no_question_without_greetings_is_letters() -> None:
    """Where greetings could be an intent, noise is letters only."""
    rng = Random(4)

    assert all(no_question(rng, greets=False).replace(" ", "").isalpha() for _ in range(100))
