"""`edge.triage.parts.parts`: several matters in one message are told apart, one question stays whole."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.publish.source import read_island
from edge.triage import MAX_PARTS, matter_of, parts_of, read_message, split_parts
from edge.triage.parts.clause_words import _KINDS, kind_of, kinds_of_words
from edge.triage.parts.parts import _fits, _is_short, _Span
from tests.triage.growth import grows_with_length

ISLANDS = Path(__file__).parents[3] / "islands"

OWN = [
    text
    for path in sorted(ISLANDS.glob("*/*.toml"))
    for snippet in read_island(path).source().snippets
    for text in snippet.examples
]

ONE = {
    "two nouns": "shipping and returns?",
    "two colours": "is it black and white",
    "two verbs of one question": "how do i download and install it",
    "two question words of one question": "when and where does it start",
    "two countries": "does it ship to the uk and ireland",
    "two countries of two words": "does it ship to the united kingdom and northern ireland",
    "one matter with a but": "my order arrived but one sleeve is ripped",
    "two halves of a subject": "do hoodies and caps ship together",
    "a choice": "is it free or do i need a ticket",
    "a condition first": "if i order today, when do i get it",
    "a condition behind": "can i still return it if i took the tags off",
    "also within a clause": "can i also pay later",
    "also before a word": "is it also available in red",
    "a size": "do you have plus size hoodies",
    "then at the end": "when does it ship then",
    "a question word with a phrase": "how many hoodies do you still have",
    "a preposition before a question word": "until when can i order one",
    "a question within a statement": "i want to know when it ships",
    "a question within a question": "do you know what time is it on in japan",
    "a relative clause": "where is the hoodie i ordered last week",
    "two sentences, and the second leans on the first": "My card was declined. What do I do now?",
    "a comma, and what follows leans on it": "my code is gone, can you help",
    "an abbreviation": "does bus no. 5 go from St. Louis to the hall",
    "a decimal": "is it 3.50 or 4.50",
    "a hyphen": "is it a long-sleeve t-shirt",
    "a slash": "is it vegan/organic",
    "marks behind": "when does it ship??!! 😂😂",
    "courtesy around": "Hi everyone! When does it ship? Thanks a lot!",
    "a cheer before": "lol. when does it ship",
    "a number alone": "1) when does it ship",
}  # fmt: skip


@pytest.mark.parametrize("sentence", ONE)
def test_single_question_is_one_part(sentence: str) -> None:
    """It is what the message asks as a whole."""
    message = read_message(ONE[sentence])

    assert [(message.question, message.words)] == [(part.question, part.words) for part in parts_of(message)]


HARM = "my friend says he wants to hurt himself"
PRICE = "how much is the hoodie"

TWO = {
    "a full stop": ("{a}. {b}", (HARM, PRICE)),
    "a question mark": ("{a}? {b}", (PRICE, HARM)),
    "an exclamation mark": ("{a}! {b}", (HARM, PRICE)),
    "dots": ("{a}... {b}", (HARM, PRICE)),
    "a new line": ("{a}\n{b}", (HARM, PRICE)),
    "an emoji": ("{a} 😂😂 {b}", (PRICE, HARM)),
    "a semicolon": ("{a}; {b}", (PRICE, HARM)),
    "a dash": ("{a} - {b}", (PRICE, HARM)),
    "a long dash": ("{a} \u2014 {b}", (HARM, PRICE)),
    "a slash": ("{a} / {b}", (HARM, PRICE)),
    "a comma before a question": ("{a}, {b}", (HARM, PRICE)),
    "a comma before a statement": ("{a}, {b}", (PRICE, HARM)),
    "and": ("{a} and {b}", (HARM, PRICE)),
    "and before a statement": ("{a} and {b}", (PRICE, HARM)),
    "but": ("{a} but {b}", (PRICE, HARM)),
    "but, about somebody else": ("{a} but {b}", ("someone in chat is threatening me", "i never got my ticket")),
    "then": ("{a} then {b}", (PRICE, "when does it ship")),
    "also": ("{a} also {b}", (PRICE, HARM)),
    "a comma and also": ("{a}, also {b}", (HARM, PRICE)),
    "plus": ("{a} plus {b}", (HARM, PRICE)),
    "btw": ("{a} btw {b}", (PRICE, HARM)),
    "oh and": ("{a} oh and {b}", (PRICE, HARM)),
    "another thing": ("{a}. another thing: {b}", (HARM, PRICE)),
    "nothing": ("{a} {b}", (HARM, PRICE)),
    "a list": ("1) {a} 2) {b}", (HARM, PRICE)),
    "an announced list": ("two things: 1. {a} 2. {b}", (PRICE, HARM)),
    "an announcement": ("i have two questions: {a} and {b}", (PRICE, "when does it ship")),
    "thanks between": ("hi! {a}? thanks!! also {b}, ty", (PRICE, HARM)),
    "one word that asks": ("{a}? {b}?", ("price", "sizes")),
    "words without a verb": ("{a}, also {b}", (PRICE, "refund policy")),
    "words without a verb after a question": ("{a} and {b}", (PRICE, "swatting threat in chat right now")),
}


@pytest.mark.parametrize("sentence", TWO)
def test_two_matters_are_two_parts(sentence: str) -> None:
    """Neither has a word of the other, or one that only joins them."""
    joined, (first, second) = TWO[sentence]

    assert [first, second] == [part.question for part in split_parts(joined.format(a=first, b=second))]


JOINTS = ("{a}. {b}", "{a}? {b}", "{a}! {b}", "{a}\n{b}", "{a} 😂 {b}", "{a}; {b}", "{a} - {b}", "{a}, also {b}",
          "{a} oh and {b}", "{a} btw {b}", "{a} also {b}", "{a} plus {b}", "{a} another thing {b}")  # fmt: skip


@pytest.mark.parametrize("joint", JOINTS)
def test_own_examples_are_parted_at_their_joint(joint: str) -> None:
    """Of pairs of examples, at least nine in ten have no part with words of both."""
    pairs = [(first.rstrip("?!. "), second) for first, second in zip(OWN, OWN[397:] + OWN[:397], strict=True)]
    parted = 0
    for first, second in pairs:
        parts = split_parts(joint.format(a=first, b=second))
        sizes = [len(part.words.split()) for part in parts]
        behind = len(read_message(second).words.split())
        parted += any(sum(sizes[at:]) - behind in range(4) for at in range(1, len(parts)))

    assert parted >= 0.9 * len(pairs)


def test_own_examples_stay_whole() -> None:
    """Most of those that do not are two sentences: what happened, and what is asked about it."""
    cut = [text for text in OWN if len(split_parts(text)) > 1]

    assert len(cut) <= 0.06 * len(OWN), cut


def test_remarks_ask_nothing() -> None:
    """Courtesy alone, and what is quoted."""
    quoted, asked = split_parts("“All orders leave the house within a week.” but where is mine?")

    assert [True, True, True] == [split_parts(text)[0].is_remark for text in ("Hi all!", "thanks so much", "lol")]
    assert (True, "all orders leave the house within a week") == (quoted.is_remark, quoted.question)
    assert (False, "where is mine") == (asked.is_remark, asked.question)


def test_text_without_a_word_has_no_part() -> None:
    """So has a message of marks alone."""
    assert () == split_parts("") == split_parts("?!?! 😂 -- //")


def test_many_parts_are_merged_into_eight() -> None:
    """In the order in which they were written; none is left out."""
    parts = split_parts(" ".join(f"when does order {number} ship?" for number in range(1, 21)))

    assert MAX_PARTS == len(parts)
    assert [str(number) for number in range(1, 21)] == [
        w for part in parts for w in part.words.split() if w.isdecimal()
    ]


def test_long_part_is_cut_into_windows_that_overlap() -> None:
    """Each is short enough to be read whole, and begins with the last words of the one before."""
    parts = split_parts(" ".join(f"word{number}" for number in range(100)))
    words = [part.words.split() for part in parts]

    assert all(len(window) <= 40 for window in words)
    assert all(left[-8:] == right[:8] for left, right in pairwise(words))
    assert [f"word{number}" for number in range(100)] == words[0] + [w for window in words[1:] for w in window[8:]]


def test_matter_in_the_tail_of_a_long_message_is_a_part_of_its_own() -> None:
    """Behind more words than the encoder reads."""
    tale = "we saw the show in the big hall with all of our old friends from school and had a lot of fun there " * 3
    parts = split_parts(f"{tale}. {HARM}")

    assert HARM == parts[-1].question
    assert not any(part.is_cut for part in parts)


def test_message_of_300_words_is_read_whole() -> None:
    """Every part of it fits into the encoder's window; that of twice as many does not, and says so."""
    tale = "then the next day came and it was much like the one that came before it so we went on " * 15

    assert [False] * MAX_PARTS == [part.is_cut for part in split_parts(tale)]
    assert any(part.is_cut for part in split_parts(tale * 2))


def is_kept(text: str) -> bool:
    """True if the parts of a text have all its words in their order, and none but these. Windows may overlap."""
    words, ends = read_message(text).words.split(), {0}
    for part in split_parts(text):
        own = part.words.split()
        starts = {start for end in ends for start in range(max(0, end - 16), end + 1)}
        ends = {start + len(own) for start in starts if words[start : start + len(own)] == own}
    return len(words) in ends


written = st.lists(
    st.sampled_from(
        ["when", "does", "it", "ship", "and", "also", "but", "then", "btw", "plus", "i", "my", "friend", "wants",
         "hurt", "?", ".", ",", ";", "-", "/", "\n", "😂", "1)", "2)", "hi", "thanks", "lol", "the", "“", "”", "can",
         "you", "two", "things:", "another", "thing", "заказ", "何时", "متى", "कहाँ", "no.", "wanna", "@mods", "!ask"]
    ),
    max_size=60,
).map(" ".join)  # fmt: skip


@given(written | st.text(max_size=80))
@example("“a b c d e f g” thanks")
@example("hi. when. thanks. hi")
@example("1) 2) 3)")
@example("and " * 90)
def test_no_word_is_lost(text: str) -> None:
    """Of any text: its words are those of its parts, which are at most eight, and each part has a question."""
    parts = split_parts(text)

    assert is_kept(text)
    assert len(parts) <= MAX_PARTS
    assert all(part.question and f" {part.question} " in f" {part.words} " for part in parts)


HOSTILE = {
    "joining words": "and but then also plus " * 87,
    "500 parts": "a? b! " * 330,
    "questions without a sign": "when does it ship " * 111,
    "beginnings alone": "is it " * 330,
    "question words": "what " * 400,
    "other matters": "by the way " * 180,
    "marks alone": "?!.,;/ - " * 220,
    "nested quotes": '“"' * 1_000,
    "five scripts": "когда придёт? 何时发货。متى يصل؟ मेरा कहाँ है? when " * 40,
    "a list of hundreds": "".join(f"{number}) x " for number in range(300)),
    "greetings": "hi. " * 500,
    "one long word": "a" * 2_000,
    "letters that are words": "中" * 2_000,
}


@pytest.mark.parametrize("sentence", HOSTILE)
def test_time_grows_with_the_length_alone(sentence: str) -> None:
    """Nothing is lost, and there are never more parts than are judged."""
    text = HOSTILE[sentence]

    assert grows_with_length(split_parts, text)
    assert len(split_parts(text)) <= MAX_PARTS
    assert is_kept(text)


OPENED = {
    "an opening that asks": ("do you know a good dentist", {"a good dentist"}),
    "before a part": ("how much is it? can anyone tell me the time", {"the time"}),
    "a greeting": ("hi everyone, lovely evening", set[str]()),
    "the same words within": ("they do not know the time", set[str]()),
}


@pytest.mark.parametrize(("text", "expected"), OPENED.values(), ids=OPENED)
def test_question_that_was_opened(text: str, expected: set[str]) -> None:
    """The words that ask are taken off, and it asks all the same."""
    assert expected == set(matter_of(read_message(text)).opened)


ASIDES = {
    "two halves of one matter": (
        "i got the blue one from my sister and it does not fit me",
        ("i got the blue one from my sister", "and it does not fit me"),
    ),
    "two matters, which are parts": ("where do i send it and what about the money that i paid on monday", ()),
    "a short question": ("how much and when", ()),
    "a quotation": (
        '"he said he will end it all tonight" what should i do',
        ("he said he will end it all tonight",),
    ),
}


@pytest.mark.parametrize(("text", "asides"), ASIDES.values(), ids=ASIDES)
def test_asides_are_what_people_may_have_to_see(text: str, asides: tuple[str, ...]) -> None:
    """Halves of a single question, and quotations."""
    assert asides == matter_of(read_message(text)).asides


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_message_costs_at_most_eight_runs(text: str) -> None:
    """However much is in it."""
    matter = matter_of(read_message(text[:2_000]))

    assert 1 + len(matter.parts) + len(matter.asides) <= MAX_PARTS + 1 == 8


@given(st.text(alphabet=st.sampled_from('ab ?.,\n"“”andbut'), max_size=400))
def test_any_message_costs_at_most_eight_runs(text: str) -> None:
    """With any signs between its words."""
    matter = matter_of(read_message(text))

    assert 1 + len(matter.parts) + len(matter.asides) <= 8


@given(st.lists(st.sampled_from(sorted(_KINDS)) | st.sampled_from(["want to", "12", "shipped", "hoodie", "i'm"])))
def test_kinds_of_words_are_those_of_each_word(words: list[str]) -> None:
    """Most words are looked up in one step."""
    assert [kind_of(word) for word in words] == kinds_of_words(words)


@given(st.lists(st.text("abc'\u4e2d", min_size=1, max_size=30) | st.just("want to"), min_size=1, max_size=45))
def test_short_message_fits(words: list[str]) -> None:
    """What is taken for short without a look at each word is read at once, in all its parts."""
    assert not _is_short(" ".join(words)) or _fits(words, _Span(0, len(words)))
    assert _is_short("when does it ship")
