"""Floods of the same text: `tests/safety/cases/floods.toml`, through triage's normal form and the boards."""

from itertools import combinations

import pytest

from edge.daemon.people import Boards
from edge.records import IslandName
from edge.triage import normalise
from tests.safety.cases_of import cases_of

FLOODS = cases_of("floods")
DROP, NOW = IslandName("northwind", "hoodie-drop"), 1_000.0


def with_people(text: str) -> Boards:
    """The boards after people got a ticket of this line."""
    boards = Boards()
    boards.note(DROP, normalise(text), "maya", NOW, is_ticket=True, pays=False)
    return boards


@pytest.mark.parametrize("lines", FLOODS["same"], ids=lambda lines: lines[0])
def test_padding_makes_no_second_ticket(lines: list[str]) -> None:
    """Case, emoji, drawn-out and repeated words, and characters that are not seen: whichever line came first."""
    for first, other in combinations(lines, 2):
        assert with_people(first).is_with_people(DROP, normalise(other), NOW + 1), (first, other)


@pytest.mark.parametrize("lines", FLOODS["distinct"], ids=lambda lines: lines[0])
def test_another_question_is_another_line(lines: list[str]) -> None:
    """One word or digit that differs is another question."""
    first, other = lines

    assert not with_people(first).is_with_people(DROP, normalise(other), NOW + 1)
