"""`edge.triage.stance.stance`: what a message asks is told from what it refuses, has settled, or only tells."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.publish.source import read_island
from edge.triage import normalise, question_of
from edge.triage.stance import Stance, asks, stance_of, stance_share
from tests.triage.growth import grows_with_length

ISLANDS = Path(__file__).parents[3] / "islands"

FIELDS: dict[str, tuple[str, str]] = {
    "a wish that is not there": ("i don't want to cancel my order", "refuses"),
    "a question that is not asked": ("im not asking for a refund", "refuses"),
    "no need": ("no need to send it again", "refuses"),
    "an order not to": ("please don't ship it", "refuses"),
    "trouble that is denied": ("my card was not stolen", "refuses"),
    "a matter called off": ("nvm", "settled"),
    "a matter that is done": ("found it in my mail", "settled"),
    "something works again": ("the sound is back", "settled"),
    "a mistake": ("it was my mistake", "settled"),
    "what somebody said": ("you told me how to change the size", "tells"),
    "another question meant": ("that's not what i asked", "tells"),
    "another person's matter": ("my brother lost his ticket", "tells"),
    "a past": ("it arrived", "past"),
    "a question": ("where is my order", "asks"),
    "a question by its verb": ("is it sold out", "asks"),
    "an order": ("cancel my order", "asks"),
    "a wish": ("i want a refund", "asks"),
    "a negation that is the trouble": ("my code doesn't work", "fails"),
    "what a program says": ("it says the code is invalid", "fails"),
    "what has not come": ("still no mail", "fails"),
    "a word for trouble": ("charged twice", "trouble"),
}

DOES_NOT_ASK = [
    "i dont want to cancel my order",
    "My card did not get declined, all good now",
    "never mind, found the code in my mail",
    "no need to send it again",
    "got my refund, thank you",
    "it was my adblocker, sound is fine now",
    "you told me how to change the size, that's not what i asked",
    "i already know when it ships",
    "We're good, the code worked",
    "somebody asked about the price a minute ago",
    "last year my hoodie took 3 weeks lol",
    "How do i get my code? nvm, my brother found it",
]

ASKS = [
    "where's my order",
    "i don't want to wait, how do i cancel",
    "my code doesn't work",
    "i never got my tracking number",
    "i no longer want it, how do i return it",
    "Already have an account but can't log in",
    "they told me to ask here: when is the refund coming",
    "has it been fixed",
    "is the refund done automatically",
    "can i get it delivered to my friend",
    "still no email",
    "sorry if this was asked already, when is the drop",
]

HOSTILE = {
    "2,000 characters of joining words": "and so but also " * 125,
    "negations alone": "not " * 500,
    "one long word": "a" * 2000,
    "a long word before a negation": "a" * 1990 + "n't",
    "500 parts": "a. " * 500,
    "gaps that nothing closes": "no a " * 400,
    "marks only": "?!.…" * 500,
    "nested quotes": '"' * 300 + "«„when" + '"' * 300,
    "five scripts": "когда いつ متى πότε when " * 80,
    "nothing": "",
}


@pytest.mark.parametrize("case", FIELDS)
def test_stance_has_the_cue(case: str) -> None:
    """Each kind of cue is found in a sentence that has it."""
    text, field = FIELDS[case]

    assert stance_of(normalise(text))._asdict()[field] >= 1


def test_stance_of_a_problem_is_no_refusal() -> None:
    """What does not work is not what the asker does not want."""
    stance = stance_of(normalise("my code doesn't work and i can't log in"))

    assert (stance.refuses, stance.fails) == (0, 2)


def test_stance_tells_what_comes_last() -> None:
    """A question after a refusal asks; a refusal after a question refuses."""
    asked = stance_of(normalise("i don't want to wait, how do i cancel"))
    refused = stance_of(normalise("how do i cancel? i don't want to"))

    assert (asked.asks_last, asked.refuses_last) == (1, 0)
    assert (refused.asks_last, refused.refuses_last) == (0, 1)


def test_question_about_something_done_settles_nothing() -> None:
    """The words with which a message opens as a question belong to that question."""
    assert stance_of("has it been fixed").settled == 0
    assert stance_of("it has been fixed").settled == 1


@pytest.mark.parametrize("text", DOES_NOT_ASK)
def test_message_that_asks_nothing(text: str) -> None:
    """Refusals, settled matters and reports are less likely than not to ask."""
    assert asks(question_of(text)) < 0.4


@pytest.mark.parametrize("text", ASKS)
def test_message_that_asks(text: str) -> None:
    """Questions and problems ask, also with a negation, a quote or something done among their words."""
    assert asks(question_of(text)) > 0.35


def test_examples_of_the_sample_islands_ask() -> None:
    """Nothing was learned from them. Those of harm and fraud are left out: they tell of other people."""
    examples = [
        question_of(text)
        for path in ISLANDS.glob("*/*.toml")
        for snippet in read_island(path).source().snippets
        if snippet.automation == "answer"
        for text in snippet.examples
    ]

    unasked = [text for text in examples if asks(text) < 0.3]

    assert len(unasked) <= 0.06 * len(examples), unasked


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_text_has_a_stance(case: str) -> None:
    """Counts stay small and the probability is one."""
    words = question_of(HOSTILE[case])

    assert all(0 <= value <= 3 for value in stance_of(words))
    assert 0 < asks(words) < 1


@pytest.mark.parametrize("case", [case for case, text in HOSTILE.items() if len(text) > 1000])
def test_time_grows_with_the_length_alone(case: str) -> None:
    """However a message is made."""
    assert grows_with_length(asks, HOSTILE[case])


@given(st.text())
def test_any_text_has_a_stance(text: str) -> None:
    """Nothing raises, whether or not the text is in normal form."""
    assert isinstance(stance_of(text), Stance)
    assert 0 < asks(question_of(text)) < 1


def test_share_of_a_confidence() -> None:
    """A clear refusal costs most of it, a question nothing; it is between nothing and all."""
    refused, asked = stance_share("i don't want to cancel my order"), stance_share("how do i cancel my order")

    assert 0 <= refused < 0.9
    assert 1.0 == asked


@given(st.text(max_size=200))
def test_share_is_a_share(text: str) -> None:
    """Of any text."""
    assert 0 <= stance_share(normalise(text)) <= 1
