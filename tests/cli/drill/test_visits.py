"""`edge.cli.drill.visits`: who takes part, drawn from a seed."""

import random
from collections import Counter
from pathlib import Path

from edge.cli.drill.visits import (
    ENTRANCE_SHARES,
    MERGED_SHARE,
    PLANTED,
    TENANTS,
    UNDONE_SHARE,
    Entrance,
    all_events,
    draw_viewers,
    draw_visits,
    questions_of,
    write_islands,
)
from edge.publish.source import read_island

COUNT = 600


def test_every_viewer_has_a_name_and_an_address_of_her_own() -> None:
    """What is looked for in raw bytes finds each of them whole, or the network of an address of IPv6."""
    viewers = draw_viewers(COUNT, random.Random(1))

    assert COUNT == len({one.name for one in viewers}) == len({one.address for one in viewers})
    for one in viewers:
        for planted in (one.name, one.address):
            found = PLANTED.search(f"at {planted}, x".encode())
            assert found is not None
            assert planted == found[0].decode()


def test_every_viewer_is_at_every_event_once() -> None:
    """In an order, and by an entrance, that is drawn again for each event."""
    chance = random.Random(1)
    first, second = (
        draw_visits(COUNT, event=event, pops=("east", "west"), texts=["a", "b"], chance=chance)
        for event in all_events()[:2]
    )

    for visits in (first, second):
        assert set(range(COUNT)) == {one.viewer for one in visits}
        assert COUNT == len(visits)
        assert {"east", "west"} == {one.pop for one in visits}
    assert [one.viewer for one in first] != [one.viewer for one in second]
    by_chat = {one.viewer for one in first if one.entrance is Entrance.CHAT}
    both = sum(one.viewer in by_chat for one in second if one.entrance is Entrance.CHAT)
    assert abs(both / COUNT - ENTRANCE_SHARES[0] ** 2) < 0.06


def test_some_come_again_within_an_event() -> None:
    """With a session of their own, which is merged with the first; nobody without a session is merged."""
    visits = draw_visits(COUNT, event="a/b", pops=("east", "west"), texts=["a"], chance=random.Random(1))
    again = [one.again for one in visits if one.again is not None]
    with_session = sum(one.entrance is not Entrance.NAMELESS for one in visits)

    assert not [one for one in visits if one.entrance is Entrance.NAMELESS and one.again is not None]
    assert abs(len(again) / with_session - MERGED_SHARE) < 0.06
    assert abs(sum(one.is_undone for one in again) / len(again) - UNDONE_SHARE) < 0.1
    assert len(again) == len({one.why for one in again})
    assert {"east", "west"} == {one.pop for one in again}


def test_same_seed_draws_the_same_day() -> None:
    """So a leak can be seen again, but for what processes draw themselves."""
    days = [
        [draw_viewers(9, chance), draw_visits(9, event="a/b", pops=("east",), texts=["a"], chance=chance)]
        for chance in (random.Random(5), random.Random(5), random.Random(6))
    ]

    assert days[0] == days[1]
    assert days[0] != days[2]


def test_islands_are_samples_under_the_names_of_the_events(tmp_path: Path) -> None:
    """Each is sound, and has questions."""
    sources = [read_island(path).source() for path in write_islands(tmp_path)]

    assert set(all_events()) == {f"{one.tenant}/{one.island}" for one in sources}
    assert {len(TENANTS)} == set(Counter(one.tenant for one in sources).values())
    assert all(len(questions_of(event)) > 30 for event in all_events())
