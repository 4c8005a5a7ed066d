"""Who takes part in which event, by which way and with which words. Drawn from a seed, for each event on its own.

Nothing but a viewer's name and address is the same in two events: PoP, words, order, consent and taps are drawn again.
So a link between two events is either a guess, or something that was kept of name or address.
"""

import random
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from edge.config import asset_folder
from edge.publish.source import read_question_file

EVENTS = ("launch", "finale")
TENANTS: Mapping[str, str] = {"northwind": "hoodie-drop", "pixelforge": "ember-launch"}
"""By tenant: the sample island whose answers and questions both of its events have."""

PLANTED = re.compile(rb"viewer\d{9}|198\.1[89](?:\.\d{1,3}){2}|2001:db8:[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f:]*")
"""Every name and address that is drawn here."""

ENTRANCE_SHARES = 0.5, 0.4, 0.1
PERSON_SHARE, CONSENT_SHARE, TAP_SHARE = 0.3, 0.4, 0.4
MERGED_SHARE, UNDONE_SHARE = 0.3, 0.3
"""Of the visits with a session, and of those that were merged."""


class Viewer(NamedTuple):
    """What the world knows her by, in every event: it must not be found at rest."""

    name: str
    """The name that a chat platform gives her, told by an ingest."""
    address: str


class Entrance(StrEnum):
    """How she comes in."""

    CHAT = "chat"
    """An ingest names her."""
    PAGE = "page"
    """With a session that the PoP made."""
    NAMELESS = "nameless"
    """Without a session."""


class Visit(NamedTuple):
    """One viewer at one event."""

    viewer: int
    event: str
    """The island, as `tenant/island`."""
    pop: str
    entrance: Entrance
    texts: tuple[str, ...]
    wants_person: bool
    consents: bool
    taps: bool
    """True: she picks an option, or says that an answer helped."""
    again: "ComesAgain | None" = None
    """She comes once more within the event, as somebody else, and her tenant finds out."""


class ComesAgain(NamedTuple):
    """A second session of one viewer in one event, and that it is merged with the first."""

    pop: str
    text: str
    why: str
    """The reason for the merge."""
    is_undone: bool


def draw_viewers(count: int, chance: random.Random) -> list[Viewer]:
    """`count` viewers; half of them have an IPv4 address, the others one of IPv6."""
    numbers = chance.sample(range(1, 2**17), count)
    names = chance.sample(range(10**9), count)
    return [
        Viewer(f"viewer{name:09}", _address(place, number))
        for place, (name, number) in enumerate(zip(names, numbers, strict=True))
    ]


def draw_visits(
    viewers: int, *, event: str, pops: Sequence[str], texts: Sequence[str], chance: random.Random
) -> list[Visit]:
    """A visit of each viewer to `event`, in the order in which they come."""
    order = chance.sample(range(viewers), viewers)
    visits = [
        Visit(
            viewer,
            event,
            chance.choice(pops),
            chance.choices(list(Entrance), ENTRANCE_SHARES)[0],
            tuple(chance.choices(texts, k=chance.choice((1, 1, 2)))),
            chance.random() < PERSON_SHARE,
            chance.random() < CONSENT_SHARE,
            chance.random() < TAP_SHARE,
        )
        for viewer in order
    ]
    return [_with_second(visit, pops, texts, chance) for visit in visits]


def _with_second(visit: Visit, pops: Sequence[str], texts: Sequence[str], chance: random.Random) -> Visit:
    """The visit, perhaps with a second session. One without a session cannot be merged with another."""
    if visit.entrance is Entrance.NAMELESS or chance.random() >= MERGED_SHARE:
        return visit
    why, is_undone = f"order {chance.randrange(10**10):010}", chance.random() < UNDONE_SHARE
    return visit._replace(again=ComesAgain(chance.choice(pops), chance.choice(texts), why, is_undone))


def all_events() -> list[str]:
    """Every event of every tenant, as `tenant/island`, in the order in which they are held."""
    return [f"{tenant}/{event}" for event in EVENTS for tenant in TENANTS]


def write_islands(folder: Path) -> list[Path]:
    """The files of all events' islands: samples under other names. Blocking."""
    made = []
    for tenant, sample in TENANTS.items():
        source = (asset_folder("islands") / tenant / f"{sample}.toml").read_text(encoding="utf-8")
        for event in EVENTS:
            path = folder / f"{tenant}-{event}.toml"
            path.write_text(source.replace(f'island = "{sample}"', f'island = "{event}"', 1), encoding="utf-8")
            made.append(path)
    return made


def questions_of(event: str) -> list[str]:
    """What viewers ask at this event. Blocking."""
    tenant = event.partition("/")[0]
    known = read_question_file(asset_folder("islands") / "questions.toml", island=f"{tenant}/{TENANTS[tenant]}")
    return [question.text for question in known]


def _address(place: int, number: int) -> str:
    # RFC 2544 and RFC 3849: addresses that nobody has.
    if place % 2:
        return f"2001:db8:{number >> 8:x}:{number & 255:x}::{place:x}"
    return f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"
