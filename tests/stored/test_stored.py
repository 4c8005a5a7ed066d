"""The present code reads what commit 60a4e34 stored: islands, roles, tickets, counts, statuses."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from edge.records import IslandName
from edge.triage import Triage
from edge.trust import TrustedMetadata
from tests.follower import follow
from tests.stored import present
from tests.stored.shape import OUTBOX, TALLY, names_in, rows_of

ROUTES = [
    ("safety", (), (), (), (), False, "safety"),
    ("fraud", (), (), (), ("stolen card",), True, "fraud"),
    ("patience", ("stream", "app"), ("misses", "loop", "human_active"), (), (), False, "support"),
    ("payments", (), (), ("refund",), (), False, "support"),
]
STEPS = [("start", "", "", ["people", "ships"]), ("people", "orders", "", []), ("ships", "", "ship-date", [])]
COUNTED = {
    "answered": 15,
    "answered.exact": 15,
    "asked_back": 4,
    "asked_back.ambiguous": 4,
    "contact.again": 1,
    "contact.answers": 3,
    "contact.forgotten": 1,
    "contact.open": 1,
    "contact.people": 1,
    "contact.resolved": 1,
    "handed_over.loop": 2,
    "handed_over.misses": 2,
    "handed_over.surge": 3,
    "left_alone": 3,
    "left_alone.cooling_down": 2,
    "left_alone.not_a_viewer": 1,
    "suggestion.edited": 1,
    "suggestion.used": 1,
    "feedback.helpful": 1,
    "feedback.not_helpful": 1,
    "feedback.not_resolved": 1,
    "with_people.human_active": 4,
    "ticket.acknowledged": 5,
    "ticket.dealt_with": 4,
}


def ticket_about(outbox_file: Path, text: str) -> str:
    """Id of the last ticket with this question."""
    asked = "json_extract(CAST(payload AS TEXT), '$.text')"
    return str(rows_of(outbox_file, f"SELECT id FROM tickets WHERE {asked} = '{text}' ORDER BY place")[-1])  # noqa: S608


def test_names_are_those_of_the_old_bytes(stored: Path, names: dict[str, Any]) -> None:
    """`names.json`, with which other tests compare, was made from these files."""
    assert names == names_in(stored)


def test_island_is_verified_and_read(stored: Path, now: datetime) -> None:
    """Every field that an author can set has its value."""
    data, island = present.opened_island(stored / "home")
    facts = present.island_facts(island)

    assert {
        "revision": 3,
        "title": "Acme's summer drop",
        "max_stale_s": 21_600,
        "wanted_precision": 0.85,
        "default_lane": "fast",
        "routes": ROUTES,
        "context": ("until all are sold", "Harbourline", ("resellers",)),
        "surge": (0.8, 0.95, 100, 500, 90),
        "human_active_s": 1_500,
        "misses_max": 1,
        "repeats_max": 1,
        "cool_down_s": 30,
        "trees": [("my-order", STEPS)],
        "snippets": {
            "ship-date": ("answer", "", None, ()),
            "arrival-date": ("answer", "", None, ()),
            "size-guide": ("answer", "", 0.7, ()),
            "refund": ("review", "returns", None, ()),
            "allergy": ("never", "", None, ("safety",)),
        },
    } == facts
    assert ["patience"] * 3 == present.lanes_of_patience(island)
    assert present.island_bytes(island) == data
    assert now < island.expires


def test_repository_lists_published_islands(stored: Path, now: datetime) -> None:
    """A rollout with its canary and previous revision, a withdrawal with its reason, and other tenants' islands."""
    home = stored / "home"
    rollout = present.rollout_of(home)
    _, length, sha256 = rollout.pop("previous")

    assert {
        "acme/drop": (3, "open", "25%, pop-fra; others 2", ""),
        "globex/late": (1, "withdrawn", "", "the hall burned down"),
        "globex/meet": (1, "open", "", ""),
        "solo/fair": (1, "open", "", ""),
    } == present.published(home, now)
    assert {"revision": 3, "percent": 25, "pops": ("pop-fra",)} == rollout
    assert length == len((home / "repository" / "targets" / "acme" / f"{sha256}.drop.island").read_bytes())


def test_repository_is_followed_by_a_new_pop(stored: Path, now: datetime) -> None:
    """Starting with `root.json`, every role is verified."""
    home = stored / "home"
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, trust, now)
    changes = trust.take_changes()
    _, keys = present.store_keys(
        {key: data for key, data in changes.items() if data}, (home / "root.json").read_bytes()
    )

    assert {"timestamp", "snapshot", "role/targets", "role/acme", "role/globex", "role/solo"} == changes.keys()
    assert ["island/acme/drop", "previous/acme/drop"] == keys
    assert present.target_of(trust).custom.revision == 3


def test_pop_starts_from_its_store(stored: Path, now: datetime, triage: Triage) -> None:
    """Without a network: a rollout, a withdrawal, and a tenant whose newer metadata was announced but withheld."""
    trust, shelf = present.stored_shelf(stored / "pop-ams", (stored / "home" / "root.json").read_bytes(), triage, now)
    vouched = datetime.fromisoformat("2026-11-26T03:33:37.184907+00:00")

    assert {} == trust.ignored
    assert ("fresh", 3, 2, 25, "", 3) == present.slot_facts(shelf, "acme/drop", now)
    assert ("withdrawn", None, None, None, "the hall burned down", 1) == present.slot_facts(shelf, "globex/late", now)
    assert ("fresh", 1, None, None, "", 1) == present.slot_facts(shelf, "solo/fair", now)
    assert ("stale", 1, None, None, "", 1) == present.slot_facts(shelf, "globex/meet", now)
    assert vouched == trust.fresh_until("globex")


def test_outbox_has_its_tickets(stored: Path, now: datetime) -> None:
    """Tickets are due by origin after the wait that the desk asked for. The refused one is a dead letter."""
    refused = ticket_about(stored / OUTBOX, "my skin burns from it")
    alone = ticket_about(stored / OUTBOX, "do gulls dream of pelargonium")
    later = now.timestamp() + 900
    with present.open_outbox(stored / "pop-ams", now) as outbox:
        due, solos = present.waiting(outbox, later), present.waiting(outbox, later, "solo")
        (dead,) = present.dead_letters(outbox).items()
        depth = outbox.depth()

    assert (11, 9, [alone]) == (depth, len(due), solos)
    assert refused not in due
    assert (refused, ("URGENT", 1)) == (dead[0], dead[1][:2])
    assert dead[1][2].endswith(f"/tickets answered ticket {refused} with status 422, expected 2xx")


def test_ticket_states(stored: Path, now: datetime) -> None:
    """Tickets that wait, dead letters, and delivered tickets with their desk events."""
    replies = dict(rows_of_progress(stored / OUTBOX))
    refused = ticket_about(stored / OUTBOX, "my skin burns from it")
    asked = ticket_about(stored / OUTBOX, "who won the match")
    with present.open_outbox(stored / "pop-ams", now) as outbox:
        states = {ticket: present.ticket_state(outbox, ticket) for ticket in (*replies, refused, asked)}

    assert ("WAITING", "") == states.pop(asked)
    assert ("DEAD_LETTER", "") == states.pop(refused)
    assert Counter({"DELIVERED": 8, "ANSWERED": 3, "ACKNOWLEDGED": 1, "RESOLVED": 1}) == Counter(
        state for state, _ in states.values()
    )
    assert replies == {ticket: reply for ticket, (_, reply) in states.items()}
    assert {"", "No.", "They do.", "Refunds take five working days."} < set(replies.values())


def test_ticket_is_read_as_desks_do(stored: Path, now: datetime) -> None:
    """Its transcript has every outcome: answered, ignored, clarified and escalated."""
    texts = ("date of it?", "when does it ship", "is there music tonight", "can i get my money back")
    ids = {text: ticket_about(stored / OUTBOX, text) for text in texts}
    with present.open_outbox(stored / "pop-ams", now) as outbox:
        read = present.tickets(outbox)
    facts = {text: present.ticket_facts(read[name]) for text, name in ids.items()}
    long, looped, music, money = (facts[text] for text in texts)

    assert {
        "reason": "HUMAN_ACTIVE",
        "because": "AMBIGUOUS",
        "kind": "SUPPORT",
        "schema": "skerry.support/1",
        "lane": "patience",
        "channel": "stream:2",
        "text": "date of it?",
        "revision": 2,
        "risk_flags": (),
        "promised": None,
        "candidates": ["ship-date", "arrival-date", "refund"],
        "transcript": [
            ("ANSWER", "EXACT", "arrival-date"),
            ("IGNORE", "COOLING_DOWN", "size-guide"),
            ("CLARIFY", "AMBIGUOUS", ""),
            ("ESCALATE", "CLARIFY_STREAK", ""),
            ("ESCALATE", "HUMAN_ACTIVE", ""),
        ],
        "partner": "Harbourline",
    } == long
    assert ("REPEATED_ANSWER", "patience") == (looped["reason"], looped["lane"])
    assert ("SURGE", "OUT_OF_SCOPE", 2_295.0) == (music["reason"], music["because"], music["promised"])
    assert ("HUMAN_ACTIVE", "REVIEW_REQUIRED") == (money["reason"], money["because"])
    assert ("ESCALATE", "REPEATED_ANSWER", "") == money["transcript"][-1]
    assert {"CLARIFY_STREAK", "REPEATED_ANSWER", "NEVER_AUTOMATE"} < {
        present.ticket_facts(ticket)["reason"] for ticket in read.values()
    }
    assert {"SAFETY", "SUPPORT"} == {present.ticket_facts(ticket)["kind"] for ticket in read.values()}


def test_counts_and_figures(stored: Path) -> None:
    """The tally is not set aside, and counts with old names still count."""
    with present.open_tally(stored / "pop-ams") as store:
        counts = present.sums(store)

    assert COUNTED == {name: counts[name] for name in COUNTED}
    assert {
        "questions": (39, 1),
        "answered": (15, 39),
        "asked_back": (4, 39),
        "handed_over": (20, 39),
        "misses": (2, 39),
        "loop": (2, 39),
        "ambiguous": (4, 39),
        "resolved at first": (1, 4),
        "replied": (4, 20),
        "used": (1, 4),
        "helpful": (1, 2),
    } == present.figures(counts)


def test_contacts_end_in_their_stored_state(stored: Path, now: datetime) -> None:
    """Open contacts in the file are counted when their window is over, each in its state."""
    query = "SELECT state, count(*) FROM contacts GROUP BY state"
    with closing(sqlite3.connect(stored / TALLY)) as connection:
        open_ = {f"contact.{state}": count for state, count in connection.execute(query)}
    with present.open_tally(stored / "pop-ams") as store:
        before = present.sums(store)
        present.close_contacts(store, now)
        after = present.sums(store)

    assert {"contact.open": 1, "contact.resolved": 4, "contact.again": 5, "contact.people": 16} == open_
    assert open_ == {name: after[name] - before[name] for name in open_}


def test_tickets_and_feedback_are_known(stored: Path) -> None:
    """A resolved ticket has all its steps, and feedback that was counted is not counted again."""
    number, asked = rows_of(stored / TALLY, "SELECT decision FROM heard")[0], 1_795_664_004.481656
    (resolved,) = rows_of(stored / TALLY, "SELECT id FROM tickets WHERE resolved = 1")
    with present.open_tally(stored / "pop-ams") as store:
        ticket = present.counted_ticket(store, resolved)
        counted = [present.was_counted(store, number, topic, asked) for topic in ("helpful", "resolved", "again")]

    assert ticket is not None
    assert ("acme/drop", "refund", 3, ("refund",), True, True, True) == (
        *ticket[:2],
        ticket.revision,
        ticket.suggested,
        *ticket[5:],
    )
    assert [True, True, False] == counted


def test_fleet_statuses_are_read(stored: Path, now: datetime) -> None:
    """The canary has the rollout for all sessions and the other PoP for a quarter. An hour later both are silent."""
    heard_at = now - timedelta(seconds=20)
    everyone, islands, fleet = present.fleet_facts(stored / "home", heard_at)
    _, later, _ = present.fleet_facts(stored / "home", now + timedelta(hours=1))
    facts = {pop: present.status_facts(heard, "acme/drop") for pop, heard in fleet.items() if heard is not None}

    assert everyone
    assert {
        "acme/drop": (2, [], 1),
        "globex/late": (2, [], 0),
        "globex/meet": (2, [], 0),
        "solo/fair": (2, [], 0),
    } == islands
    assert {"pop-ams": ("fresh", 3, 3, 25, 2, 20.0), "pop-fra": ("fresh", 3, 3, 100, 2, 20.0)} == facts
    assert [("pop-ams", "silent"), ("pop-fra", "silent")] == later["globex/late"][1]


def test_ceremony_can_go_on(stored: Path) -> None:
    """Holders' keys are valid, and their signatures match the drafts, also those of a home that does not exist yet."""
    keys = {present.holder_key(path) for path in stored.glob("*.public")}

    assert len(keys) == 3
    assert {"2.root": 2} == present.signatures_of(stored / "rite", "2.root.json")
    assert {"1.root": 2} == present.signatures_of(stored / "begun-rite", "1.root.json")


def test_tokens_are_read(closed: dict[str, Any]) -> None:
    """Callback promises and receipts are read, and contacts and statuses get the same names and signatures."""
    tokens = closed["tokens"]

    assert {
        "contact": tokens["contact"],
        "receipt": (True, "acme/drop", "refund", tokens["contact"]),
        "promise": ("t-1", "acme/drop", "2026-11-26T00:00:00+00:00", "2026-11-26 00:01:00+00:00"),
        "status_signature": tokens["status_signature"],
    } == present.read_tokens(tokens)


def test_a_tenants_own_island_is_read(stored: Path) -> None:
    """`solo` keeps its key elsewhere. Its submission was published unchanged."""
    data, _ = present.opened_island(stored / "home", IslandName("solo", "fair"))

    assert [data] == [path.read_bytes() for path in (stored / "sub").glob("*.island")]


def rows_of_progress(file: Path) -> list[tuple[str, str]]:
    """Id and reply of every delivered ticket."""
    with closing(sqlite3.connect(file)) as connection:
        return [(row[0], row[1]) for row in connection.execute("SELECT id, reply FROM progress")]
