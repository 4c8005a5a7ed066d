"""A public chat against what logs say was answered."""

from random import Random

import pytest

from edge.ledger import AuditWord, ChatLine, LoggedAnswer, compare

SHIPS, REFUNDS = "Orders ship **within two weeks**.", "Refunds take five working days."


def line(at_s: float, text: str, number: int = 1) -> ChatLine:
    """A line of the account that answers."""
    return ChatLine(at_s, "shop", text, number)


def answer(at_s: float, text: str, leaf: bytes = b"leaf") -> LoggedAnswer:
    """A logged answer."""
    return LoggedAnswer(at_s, text, "ship-date", leaf)


CASES: dict[str, tuple[list[ChatLine], list[LoggedAnswer], list[str]]] = {
    "nothing": ([], [], []),
    "word for word": ([line(5, SHIPS)], [answer(0, SHIPS)], ["proven"]),
    "addressed, and without marks": (
        [line(5, "@ada  Orders ship within\ntwo weeks. Thanks for asking!")],
        [answer(0, SHIPS)],
        ["proven"],
    ),
    "other words": ([line(5, "Orders ship within two days.")], [answer(0, SHIPS)], ["altered"]),
    "another text": ([line(5, "Hi!")], [answer(0, SHIPS)], ["missing", "extra"]),
    "too late": ([line(500, SHIPS)], [answer(0, SHIPS)], ["missing", "extra"]),
    "once logged, twice shown": ([line(5, SHIPS, 1), line(6, SHIPS, 2)], [answer(0, SHIPS)], ["proven", "extra"]),
    "twice logged, once shown": (
        [line(5, SHIPS)],
        [answer(0, SHIPS, b"a"), answer(4, SHIPS, b"b")],
        ["missing", "proven"],
    ),
    "two in another order": (
        [line(5, REFUNDS, 1), line(6, SHIPS, 2)],
        [answer(0, SHIPS, b"a"), answer(1, REFUNDS, b"b")],
        ["proven", "proven"],
    ),
}


@pytest.mark.parametrize(("lines", "answers", "words"), CASES.values(), ids=CASES.keys())
def test_what_becomes_of_each(lines: list[ChatLine], answers: list[LoggedAnswer], words: list[str]) -> None:
    """Each line and each answer is in one finding, in the order of time."""
    found = compare(lines, answers, within_s=120)

    assert words == [str(one.word) for one in found]
    assert sorted(lines) == sorted(one.line for one in found if one.line)
    assert sorted(answers) == sorted(one.answer for one in found if one.answer)


def test_planted_faults_in_a_long_chat() -> None:
    """Of three thousand answers, some are cut out of the chat, some changed, and some made up: all are found."""
    rng = Random(19)
    texts = [f"Answer number {number} says that part {number * 37} comes on day {number % 28}." for number in range(40)]
    answers = [answer(10.0 * n, texts[n % 40], n.to_bytes(4)) for n in range(3_000)]
    cut, changed = set(rng.sample(range(3_000), 30)), set(rng.sample(range(3_000), 30))
    lines = [
        line(one.at_s + rng.random() * 3, one.text.replace("says", "denies") if n in changed else one.text, n)
        for n, one in enumerate(answers)
        if n not in cut
    ]
    made_up = [line(rng.random() * 30_000, f"We give {n} euro to everybody, promise!", 5_000 + n) for n in range(20)]
    found = compare(lines + made_up, answers, within_s=8)

    numbers = {
        word: {int.from_bytes(one.answer.leaf) for one in found if one.answer and one.word is word}
        for word in AuditWord
    }
    assert (cut, changed - cut) == (numbers[AuditWord.MISSING], numbers[AuditWord.ALTERED])
    assert {one.number for one in made_up} == {one.line.number for one in found if one.line and not one.answer}
