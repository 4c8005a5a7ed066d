"""`edge.daemon.people.boards`: equal lines of a public chat are one, and a minute has only so many tickets."""

import pytest

from edge.daemon.people import Boards
from edge.daemon.people.boards import MAX_CHARACTERS, REMEMBERED_S, line_key
from edge.records import IslandName

NAME, OTHER = IslandName("acme", "drop"), IslandName("acme", "gig")
NOW = 1_000.0

EQUAL = {
    "the same words": ("is it late", "is it late"),
    "repeated": ("late", "late late late"),
    "drawn out": ("late", "laaaaate"),
    "in another order": ("late is it", "is it late"),
}


def asked(boards: Boards, words: str, *, asker: str = "maya", now: float = NOW, pays: bool = True) -> None:
    """A line that became a ticket."""
    boards.note(NAME, words, asker, now, is_ticket=True, pays=pays)


@pytest.mark.parametrize(("first", "second"), EQUAL.values(), ids=EQUAL)
def test_line_like_one_that_people_have(first: str, second: str) -> None:
    """For some minutes, on this island."""
    boards = Boards()
    asked(boards, first)
    found = [
        boards.is_with_people(name, second, now)
        for name, now in ((NAME, NOW), (NAME, NOW + REMEMBERED_S), (OTHER, NOW), (NAME, NOW - 1))
    ]

    assert [True, False, False, False] == found


def test_line_that_made_no_ticket_stands_for_no_other() -> None:
    """The next one may become one."""
    boards = Boards()
    boards.note(NAME, "late", "maya", NOW, is_ticket=False, pays=False)

    assert boards.is_with_people(NAME, "late", NOW) is False


def test_different_lines_are_different() -> None:
    """One word is enough."""
    assert line_key("when does it start") != line_key("when does it end")


def test_minute_has_so_many_tickets() -> None:
    """They come back one by one, a minute after each was made."""
    boards = Boards()
    for number in range(6):
        asked(boards, f"line {number}", asker=f"viewer {number}", now=NOW + number)
    found = [boards.is_over_budget(NAME, "zoe", NOW + at, limit=6) for at in (5, 59, 60, 66)]

    assert [True, True, False, False] == found
    assert boards.is_over_budget(OTHER, "zoe", NOW, limit=6) is False
    assert boards.is_over_budget(OTHER, "zoe", NOW, limit=0) is True


def test_different_viewers_come_first() -> None:
    """One who has made such a ticket makes another only from the first half."""
    boards, found = Boards(), []
    for number in range(6):
        found.append([boards.is_over_budget(NAME, asker, NOW, limit=6) for asker in ("maya", "zoe")])
        asked(boards, f"line {number}", asker="maya" if number < 3 else f"viewer {number}")

    assert [[False, False]] * 3 + [[True, False]] * 3 == found


def test_lines_that_surely_ask_come_first() -> None:
    """The more of a minute's tickets are made, the surer the next line must ask."""
    boards, found = Boards(), []
    for number in range(6):
        limits = [boards.is_over_budget(NAME, "zoe", NOW, limit=6, asks=asks) for asks in (0.05, 0.2, 0.5)]
        found.append(limits.count(False))
        asked(boards, f"line {number}", asker=f"viewer {number}")

    assert [3, 2, 2, 1, 1, 1] == found


def test_tickets_that_do_not_pay_leave_the_budget() -> None:
    """Those that a snippet is about."""
    boards = Boards()
    for number in range(9):
        asked(boards, f"line {number}", pays=False)

    assert boards.is_over_budget(NAME, "zoe", NOW, limit=1) is False


def test_memory_is_bounded() -> None:
    """By lines, and by their length; a tenant has its share."""
    boards = Boards(10)
    asked(boards, "x" * 5_000)
    for number in range(50):
        boards.note(IslandName("globex", "fair"), f"line {number}", number, NOW, is_ticket=True, pays=True)

    assert boards.is_with_people(NAME, "x" * (MAX_CHARACTERS + 7), NOW)
