"""`edge.triage.about`: the same question about another thing is told from a question about what the island is about."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config import model_files
from edge.errors import Reason, RefusedError
from edge.triage import MODEL_FILES, normalise
from edge.triage.about import (
    GENERAL,
    NO_SIGNS,
    USUAL,
    VAGUE,
    VALUE,
    Own,
    Signs,
    Things,
    about_share,
    exchange_of,
    key_of,
    ours_share,
    proposed_names,
    signs_of,
    with_synonyms,
)
from edge.triage.about.exchange import LEAST_ALIKE
from edge.triage.about.things import LONGEST_NAME, Mention, NameKeys, mentions_in, without_names
from tests.triage.growth import grows_with_length

FILES = model_files(MODEL_FILES)
DATA, CARD = FILES["things/things.txt"], FILES["things/card.toml"]
THINGS = Things.load(DATA, CARD)

CARE = ("how do i wash it", "can the hoodie go in the dryer", "how should i wash the hoodie", "does it shrink")
OWN = Own(" ".join(CARE).split(), about=["hoodie", "dryer", "tidebreak"], not_about=["t shirt"])

EXCHANGES = {
    "another thing": ("how should i wash the socks", "how should i wash the hoodie", ("socks", "hoodie")),
    "an invented name": ("how should i wash the quorbl", "how should i wash the hoodie", ("quorbl", "hoodie")),
    "a thing where an example points": ("how do i wash the socks", "how do i wash it", ("the socks", "it")),
    "a thing whose name ends with ours": (
        "how should i wash the doll hoodie", "how should i wash the hoodie", ("doll hoodie", "hoodie")
    ),
    "the same thing": ("how should i wash the hoodie", "how should i wash the hoodie", None),
    "the same thing in the plural": ("how should i wash the hoodies", "how should i wash the hoodie", None),
    "the same thing misspelt": ("how should i wash the hodie", "how should i wash the hoodie", None),
    "a pointer": ("how should i wash this", "how should i wash the hoodie", None),
    "a word that is no thing of ours": ("how should i clean the hoodie", "how should i wash the hoodie", None),
    "one country for another": ("how long to norway", "how long to dryer", None),
    "a number": ("how long to 300", "how long to dryer", None),
    "another question": ("where is my parcel", "how should i wash the hoodie", None),
}  # fmt: skip


@pytest.mark.parametrize("sentence", EXCHANGES)
def test_exchange(sentence: str) -> None:
    """Only words that are new to the island count, and only where one of its things, or a pointer to it, stands."""
    question, example, expected = EXCHANGES[sentence]

    found = exchange_of(question, example, OWN, THINGS)

    assert expected == (None if found is None else (found.theirs, found.ours))


SIGNS = {
    "how should i wash the socks": {"replaced_named", "in_common", "likeness_named"},
    "how should i wash the quorbl": {"replaced", "in_common", "likeness"},
    "how do i wash the socks": {"pointed_named", "in_common"},
    "what temperature is best for these new socks": {"named"},
    "what temperature is best": set[str](),
    "can the hoodie go in the dryer": set[str](),
}


@pytest.mark.parametrize("question", SIGNS)
def test_signs(question: str) -> None:
    """Each way to speak of another thing is a sign of its own."""
    examples = sorted(CARE, key=lambda example: -len({*example.split()} & {*question.split()}))

    signs = signs_of(question, examples, OWN, THINGS, lambda _one, _other: 0.3)

    assert SIGNS[question] == {name for name, value in signs._asdict().items() if value}
    assert (ours_share(signs) < 1) == bool(SIGNS[question])


def test_a_likely_synonym_costs_little() -> None:
    """A word that means much the same as ours, by its embedding, is hardly another thing."""
    signs = NO_SIGNS._replace(replaced=1.0, in_common=0.2, likeness=0.9)

    assert ours_share(signs) > 0.99
    assert ours_share(signs._replace(likeness=0.1, in_common=0.4)) < 0.95
    assert ours_share(NO_SIGNS) == 1


def test_a_snippet_about_many_things_is_about_any() -> None:
    """Next to cards and wires, a gift card is a further way to pay, and nothing unusual."""
    examples = ["can i pay with a bank transfer", "do you take debit cards", "can i use a prepaid card"]
    own = Own(" ".join(examples).split(), about=["debit card"], not_about=[])

    assert NO_SIGNS == signs_of("can i pay with a gift card", examples, own, THINGS, lambda _one, _other: 0.3)


def test_an_island_about_nothing() -> None:
    """Without a name, no thing is another one."""
    own = Own(" ".join(CARE).split(), about=[], not_about=[])

    assert NO_SIGNS == signs_of("how should i wash the socks", CARE, own, THINGS, lambda _one, _other: 0.3)


def test_what_an_island_is_not_about() -> None:
    """The author's word is enough, wherever it stands, and also if an example has it."""
    own = Own(
        " ".join([*CARE, "is there a t shirt"]).split(), about=["hoodie", "shirt"], not_about=["t shirt", "shirt"]
    )
    question = "any news on the t shirt"

    assert about_share(question, lambda: CARE, own, THINGS, lambda _one, _other: 0.9) < 0.1
    assert about_share(question, lambda: CARE, OWN, THINGS, lambda _one, _other: 0.9) < 0.1
    assert about_share("any news on the hoodie", lambda: CARE, OWN, THINGS, lambda _one, _other: 0.9) == 1
    assert not own.is_name(["shirt"])


def test_proposed_names() -> None:
    """Usual nouns, proper names and known things; no countries, dates or words that only describe."""
    examples = ["when does the drop start", "is the drop over", "the first one", "do you ship a beanie to norway"]
    prose = [
        "The Tidebreak drop",
        "by Ada Bell Cole Dunn Ebb of Northwind",
        "It ships from Northwind in December. **Mara Vale** signs each.",
    ]

    names = proposed_names(examples, prose, THINGS)

    assert {"drop", "tidebreak", "northwind", "mara vale", "beanie"} <= {*names}
    assert not {"norway", "december", "first", "it"} & {*names}


def test_with_synonyms() -> None:
    """The author's names in normal form, with what else they are called, but nothing that was ruled out."""
    names = with_synonyms(["Hoodie", "!!"], ["hooded jumper"], THINGS)

    assert names[0] == "hoodie"
    assert "hooded sweatshirt" in names
    assert "hooded jumper" not in names


def test_the_file_is_in_normal_form() -> None:
    """So that nothing has to be brought into it at start."""
    lines = [line for line in DATA.decode().splitlines() if not line.startswith("#")]
    names = [name.rstrip(VAGUE + USUAL + VALUE) for line in lines for name in line.split(", ")]

    assert len(lines) > 6_000
    assert [name for name in names if normalise(name) != name] == []


@pytest.mark.parametrize(
    ("one", "other"), [("hoodies", "hoody"), ("movies", "movie"), ("boxes", "box"), ("bus", "bus")]
)
def test_key_of(one: str, other: str) -> None:
    """Singular and plural have one key."""
    assert key_of(["a", one]) == key_of(["a", other])


WORD = st.sampled_from(["gift", "card", "cards", "e", "socks", "sock", "the", "wash"])
WORDS = st.lists(WORD, max_size=9)


@given(words=WORDS, names=st.lists(st.lists(WORD, min_size=1, max_size=5), max_size=6))
def test_names_are_found_longest_first(words: list[str], names: list[list[str]]) -> None:
    """Each place is looked at as if every name of up to four words might begin there."""
    keys, expected, start = {key_of(name) for name in names}, list[Mention](), 0
    while start < len(words):
        stops = range(min(start + LONGEST_NAME, len(words)), start, -1)
        stop = next((stop for stop in stops if key_of(words[start:stop]) in keys), None)
        if stop is not None:
            expected.append(Mention(start, stop, key_of(words[start:stop])))
        start = stop or start + 1

    assert expected == list(mentions_in(words, NameKeys(keys)))


@given(words=WORDS, examples=st.lists(WORDS, max_size=2), names=st.lists(WORDS, max_size=4))
def test_strange_words(words: list[str], examples: list[list[str]], names: list[list[str]]) -> None:
    """They are what is left when all names are taken off, and all words that an example has in any number."""
    own = Own(chain.from_iterable(examples), about=map(" ".join, names), not_about=[])
    known = {key_of([word]) for text in examples for word in text}
    left = without_names(words, NameKeys(key_of(name) for name in names if name))

    assert [word for word in left if key_of([word]) not in known and word not in GENERAL] == own.strange(words)


def test_question_without_a_strange_word_is_compared_with_no_example() -> None:
    """Most questions are of that kind, so nobody looks for its nearest examples."""
    refused: list[Sequence[str]] = []

    assert about_share("can the hoodie shrink", refused.pop, OWN, THINGS, lambda _one, _other: 0.3) == 1.0
    with pytest.raises(IndexError):
        about_share("can the quorbl shrink", refused.pop, OWN, THINGS, lambda _one, _other: 0.3)


@given(asked=WORDS, known=WORDS)
def test_texts_that_are_hardly_alike_are_left_at_once(asked: list[str], known: list[str]) -> None:
    """No exchange that a full comparison would find is lost by the quick one."""
    alike = SequenceMatcher(None, asked, known, autojunk=False).ratio()
    found = exchange_of(" ".join(asked), " ".join(known), OWN, THINGS)

    assert alike < LEAST_ALIKE or 2 * sum(word in known for word in asked) >= LEAST_ALIKE * (len(asked) + len(known))
    assert found is None or found.alike == alike


def test_load_refuses_another_file() -> None:
    """The card names the file by its hash."""
    with pytest.raises(RefusedError, match=r"things/things\.txt does not fit.*as its card says") as caught:
        Things.load(DATA + b"sock\n", CARD)

    assert Reason.MODEL_MISMATCH == caught.value.reason


def test_no_things_at_all() -> None:
    """Training may hide all of them."""
    assert [] == list(Things([]).mentions(["sock"], vague=True))


@given(st.lists(st.sampled_from(["socks", "the", "hoodie", "wash", "car", "race", "it", "7", "new", "york", "q"])))
def test_signs_of_any_words(words: list[str]) -> None:
    """Any words have signs, each flag is 0 or 1, and the share is a probability."""
    signs = signs_of(" ".join(words) or "q", CARE, OWN, THINGS, lambda _one, _other: 0.3)

    assert isinstance(signs, Signs)
    assert 0 <= ours_share(signs) <= 1


@pytest.mark.parametrize("text", ["socks " * 330, "hoodie socks " * 150, "a b c d e " * 200, "wash the " * 220])
def test_time_grows_with_the_length_alone(text: str) -> None:
    """However long the examples are."""
    examples = [*CARE, *["how should i wash the hoodie " * 15] * 2]

    assert grows_with_length(lambda words: signs_of(words.strip(), examples, OWN, THINGS, lambda *_: 0.3), text)


def test_everything_and_nothing() -> None:
    """An author may call the whole language the island's own. Then nothing is another thing."""
    words = {word for line in DATA.decode().splitlines() for word in line.rstrip(VAGUE + USUAL + VALUE).split(", ")}
    own = Own(" ".join(CARE).split(), about=sorted(words), not_about=[])

    assert NO_SIGNS == signs_of("how should i wash the socks", CARE, own, THINGS, lambda _one, _other: 0.3)


def test_names_of_the_file_have_the_keys_of_their_words() -> None:
    """The file is read at once, and each name is found as if it had been read alone."""
    lines = [line for line in DATA.decode().splitlines() if not line.startswith("#")]
    names = [name.rstrip(VAGUE + USUAL + VALUE) for line in lines for name in line.split(", ")]

    found = {name: [one.key for one in THINGS.mentions(name.split(), vague=True)] for name in names}

    # A value is no thing.
    values = {name.rstrip(VALUE) for line in lines for name in line.split(", ") if name.endswith(VALUE)}
    assert {name for name, keys in found.items() if keys != [key_of(name.split())]} <= values
