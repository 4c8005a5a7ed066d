"""The drill of privacy: viewers take part in events of two tenants, then a thief reads all files and says who is who.

Publisher, desk and PoPs are processes of their own. The events are held one after another, and then all processes end.
Two faults can be planted, so that it is seen that the drill finds them:

* `pseudonym`: pages get sessions with one pseudonym for all events, as from a PoP that does not rotate them. The drill
  signs them itself, with the fleet's secret; every process is as it always is.
* `address`: the PoPs' logs have the viewer's address in each line about a question, as from a PoP that logs it. The
  drill writes it there after the processes have ended.
"""

import asyncio
import json
import random
import tempfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from edge.cli.drill.fleet import Fleet, log_path, make_home
from edge.cli.drill.taking_part import Crowd, ToldVisit
from edge.cli.drill.visits import (
    EVENTS,
    PLANTED,
    TENANTS,
    Viewer,
    all_events,
    draw_viewers,
    draw_visits,
    questions_of,
    write_islands,
)
from edge.drill import Attendance, KnownViewers, LinkFinding, find_traces, packed_words, read_records, score, traces_of
from edge.errors import UnreachableError
from edge.publish.keys import KEYS_FOLDER, KeyStore, tenant_key_files

POPS = ("east", "west")
SEEN_SHARE = 0.95
"""So many of the viewers must have left a trace at each event. Otherwise the drill says nothing."""

_FIRST, _SECOND = TENANTS
PAIRS = {
    "events": [(f"{tenant}/{EVENTS[0]}", f"{tenant}/{EVENTS[1]}") for tenant in TENANTS],
    "tenants": [(f"{_FIRST}/{event}", f"{_SECOND}/{event}") for event in EVENTS],
}
"""Which events are compared: those of one tenant, and those of two tenants."""


class PrivacyFault(StrEnum):
    """What is planted."""

    NONE = "none"
    PSEUDONYM = "pseudonym"
    ADDRESS = "address"


class PrivacyReport(NamedTuple):
    """What the thief found."""

    seed: int
    viewers: int
    traced: int
    """How many of the viewers at all events left a trace in any file."""
    attended: int
    """How many there were: each viewer at each event."""
    findings: tuple[LinkFinding, ...]

    @property
    def leaks(self) -> tuple[LinkFinding, ...]:
        """The findings that guessing does not explain."""
        return tuple(one for one in self.findings if one.is_leak)


class EventDay(NamedTuple):
    """What is left when all events are over."""

    folder: Path
    """With every file of all processes, which have ended."""
    seed: int
    viewers: tuple[Viewer, ...]
    told: tuple[ToldVisit, ...]


async def hold_privacy_drill(*, seed: int, viewers: int, fault: PrivacyFault = PrivacyFault.NONE) -> PrivacyReport:
    """Hold the whole drill in a temporary folder, which is deleted at the end. Raises as `hold_events`."""
    with tempfile.TemporaryDirectory(prefix="skerry-drill-") as name:
        folder = Path(name)
        await make_privacy_home(folder / "home")
        day = await hold_events(folder, seed=seed, viewers=viewers, fault=fault)
        return await asyncio.to_thread(let_thief_read, day)


async def make_privacy_home(home: Path) -> None:
    """Make the home of publisher and desk, with all events published. It may be copied for several drills."""
    with tempfile.TemporaryDirectory(prefix="skerry-drill-") as islands:
        await make_home(home, list(TENANTS), await asyncio.to_thread(write_islands, Path(islands)))


async def hold_events(folder: Path, *, seed: int, viewers: int, fault: PrivacyFault) -> EventDay:
    """Hold all events in `folder`, which has the `home`, and end all processes.

    Raises `UnreachableError` if a process fails, or refuses a viewer.
    """
    chance = random.Random(seed)  # noqa: S311 - a drill is repeated by its seed
    people = draw_viewers(viewers, chance)
    told: list[ToldVisit] = []
    async with Fleet(folder, POPS) as fleet:
        await fleet.start(all_events())
        crowd = Crowd(fleet, people, keeps_pseudonyms=fault is PrivacyFault.PSEUDONYM)
        agents = {tenant: await asyncio.to_thread(fleet.agent_token, tenant) for tenant in TENANTS}
        for event in all_events():
            texts = await asyncio.to_thread(questions_of, event)
            visits = draw_visits(viewers, event=event, pops=POPS, texts=texts, chance=chance)
            told += await crowd.attend(visits)
            await crowd.reply(agents[event.partition("/")[0]])
        await fleet.until_delivered()
    day = EventDay(folder, seed, tuple(people), tuple(told))
    if fault is PrivacyFault.ADDRESS:
        await asyncio.to_thread(log_addresses, day)
    return day


def let_thief_read(day: EventDay) -> PrivacyReport:
    """Let the thief read the folder. Blocking.

    Raises `UnreachableError` if so few viewers left a trace that the drill says nothing.
    """
    keys = tenant_key_files(KeyStore(day.folder / "home" / KEYS_FOLDER))
    records = list(read_records(day.folder, pops=POPS, planted=PLANTED, but=keys))
    known = _known(day)
    traces = find_traces(records, known)
    if len(traces) < SEEN_SHARE * len(known.ids):
        text = f"{len(traces)} of {len(known.ids)} visits left a trace, expected {SEEN_SHARE:.0%}"
        raise UnreachableError(f"{text}; the drill says nothing")
    packed = packed_words(records, all_events())
    findings = score(traces, packed, PAIRS, people=len(day.viewers), seed=day.seed)
    return PrivacyReport(day.seed, len(day.viewers), len(traces), len(known.ids), tuple(findings))


def log_addresses(day: EventDay) -> None:
    """Write the viewer's address into each line about a question that became a ticket. Blocking."""
    address = {found: day.viewers[one.visit.viewer].address for one in day.told for found in one.ids}
    for name in POPS:
        log = log_path(day.folder, name, POPS)
        lines = log.read_text(encoding="utf-8").splitlines()
        log.write_text("".join(f"{_with_address(line, address)}\n" for line in lines), encoding="utf-8")


def _known(day: EventDay) -> KnownViewers:
    """What the drill knows: the ids that each visit was told, and the planted names and addresses."""
    planted = {one.name: number for number, one in enumerate(day.viewers)}
    for number, one in enumerate(day.viewers):
        planted.update({value: number for _, value in traces_of("address", one.address)})
    return KnownViewers({Attendance(one.visit.viewer, one.visit.event): one.ids for one in day.told}, planted)


def _with_address(line: str, address: Mapping[str, str]) -> str:
    if not line.startswith("{"):
        return line
    fields = json.loads(line)
    sender = address.get(fields.get("ticket") or "")
    return json.dumps({**fields, "address": sender}) if sender else line
