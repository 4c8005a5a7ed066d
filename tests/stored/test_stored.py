"""What commit 60a4e34 stored is opened by the present code: islands, roles, tickets, counts, statuses."""

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
    """The id of the ticket in which a viewer asked this; the last of several."""
    asked = "json_extract(CAST(payload AS TEXT), '$.text')"
    return str(rows_of(outbox_file, f"SELECT id FROM tickets WHERE {asked} = '{text}' ORDER BY place")[-1])  # noqa: S608


def test_names_are_those_of_the_old_bytes(stored: Path, names: dict[str, Any]) -> None:
    """The listing that the other tests compare with was made of these files."""
    assert names == names_in(stored)


def test_island_is_verified_and_read(stored: Path, now: datetime) -> None:
    """Every field that an author can fill in; the golden questions and the head by their number."""
    data, island = present.opened_island(stored / "home")
    found = present.island_facts(island)

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
    } == found
    assert ["patience"] * 3 == present.lanes_of_patience(island)
    assert present.island_bytes(island) == data
    assert now < island.expires


def test_repository_says_what_is_published(stored: Path, now: datetime) -> None:
    """A rollout with its canary and what the others keep; a withdrawal with its reason; a tenant's own."""
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
    """From `root.json` alone: every role is verified at the moment at which it was made."""
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


def test_pop_starts_from_what_it_stored(stored: Path, now: datetime, triage: Triage) -> None:
    """With nobody reachable: a rollout, a withdrawal, and a tenant of whom a newer word was announced and withheld."""
    trust, shelf = present.stored_shelf(stored / "pop-ams", (stored / "home" / "root.json").read_bytes(), triage, now)
    vouched = datetime.fromisoformat("2026-11-26T03:33:37.184907+00:00")

    assert {} == trust.ignored
    assert ("fresh", 3, 2, 25, "", 3) == present.slot_facts(shelf, "acme/drop", now)
    assert ("withdrawn", None, None, None, "the hall burned down", 1) == present.slot_facts(shelf, "globex/late", now)
    assert ("fresh", 1, None, None, "", 1) == present.slot_facts(shelf, "solo/fair", now)
    assert ("stale", 1, None, None, "", 1) == present.slot_facts(shelf, "globex/meet", now)
    assert vouched == trust.fresh_until("globex")


def test_outbox_gives_out_what_waits(stored: Path, now: datetime) -> None:
    """By origin, when the pause that the desk asked for is over; what was refused is a dead letter."""
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
    """Of tickets that wait, were set aside, and were delivered, with what their desk reported of them."""
    replies = dict(rows_of_progress(stored / OUTBOX))
    refused = ticket_about(stored / OUTBOX, "my skin burns from it")
    asked = ticket_about(stored / OUTBOX, "who won the match")
    with present.open_outbox(stored / "pop-ams", now) as outbox:
        found = {ticket: present.ticket_state(outbox, ticket) for ticket in (*replies, refused, asked)}

    assert ("WAITING", "") == found.pop(asked)
    assert ("DEAD_LETTER", "") == found.pop(refused)
    assert Counter({"DELIVERED": 8, "ANSWERED": 3, "ACKNOWLEDGED": 1, "RESOLVED": 1}) == Counter(
        state for state, _ in found.values()
    )
    assert replies == {ticket: reply for ticket, (_, reply) in found.items()}
    assert {"", "No.", "They do.", "Refunds take five working days."} < set(replies.values())


def test_ticket_is_read_as_a_desk_reads_it(stored: Path, now: datetime) -> None:
    """With a transcript in which everything happened: answered, left alone, asked back, handed over."""
    texts = ("date of it?", "when does it ship", "is there music tonight", "can i get my money back")
    ids = {text: ticket_about(stored / OUTBOX, text) for text in texts}
    with present.open_outbox(stored / "pop-ams", now) as outbox:
        read = present.tickets(outbox)
    found = {text: present.ticket_facts(read[name]) for text, name in ids.items()}
    long, looped, music, money = (found[text] for text in texts)

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
    """Nothing is set aside; what was asked back and handed over for its old reasons still counts."""
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


def test_contacts_end_as_they_stood(stored: Path, now: datetime) -> None:
    """Those that were open in the file are counted once their window is over, each in its state."""
    query = "SELECT state, count(*) FROM contacts GROUP BY state"
    with closing(sqlite3.connect(stored / TALLY)) as connection:
        open_ = {f"contact.{state}": count for state, count in connection.execute(query)}
    with present.open_tally(stored / "pop-ams") as store:
        before = present.sums(store)
        present.close_contacts(store, now)
        after = present.sums(store)

    assert {"contact.open": 1, "contact.resolved": 4, "contact.again": 5, "contact.people": 16} == open_
    assert open_ == {name: after[name] - before[name] for name in open_}


def test_tickets_and_feedback_are_remembered(stored: Path) -> None:
    """A resolved ticket is known with all that was done; feedback that was given is heard no second time."""
    number, asked = rows_of(stored / TALLY, "SELECT decision FROM heard")[0], 1_795_664_004.481656
    (resolved,) = rows_of(stored / TALLY, "SELECT id FROM tickets WHERE resolved = 1")
    with present.open_tally(stored / "pop-ams") as store:
        ticket = present.counted_ticket(store, resolved)
        heard = [present.was_heard(store, number, topic, asked) for topic in ("helpful", "resolved", "again")]

    assert ticket is not None
    assert ("acme/drop", "refund", 3, ("refund",), True, True, True) == (
        *ticket[:2],
        ticket.revision,
        ticket.suggested,
        *ticket[5:],
    )
    assert [True, True, False] == heard


def test_fleet_is_known(stored: Path, now: datetime) -> None:
    """The canary has the rollout for all sessions, the other PoP for a quarter; an hour later both are silent."""
    heard_at = now - timedelta(seconds=20)
    everyone, islands, fleet = present.fleet_facts(stored / "home", heard_at)
    _, later, _ = present.fleet_facts(stored / "home", now + timedelta(hours=1))
    said = {pop: present.status_facts(heard, "acme/drop") for pop, heard in fleet.items() if heard is not None}

    assert everyone
    assert {
        "acme/drop": (2, [], 1),
        "globex/late": (2, [], 0),
        "globex/meet": (2, [], 0),
        "solo/fair": (2, [], 0),
    } == islands
    assert {"pop-ams": ("fresh", 3, 3, 25, 2, 20.0), "pop-fra": ("fresh", 3, 3, 100, 2, 20.0)} == said
    assert [("pop-ams", "silent"), ("pop-fra", "silent")] == later["globex/late"][1]


def test_ceremony_can_go_on(stored: Path) -> None:
    """Holders' keys prove themselves; their signatures are for the drafts next to them, also of a home not begun."""
    keys = {present.holder_key(path) for path in stored.glob("*.public")}

    assert len(keys) == 3
    assert {"2.root": 2} == present.signatures_of(stored / "rite", "2.root.json")
    assert {"1.root": 2} == present.signatures_of(stored / "begun-rite", "1.root.json")


def test_tokens_are_read(closed: dict[str, Any]) -> None:
    """A viewer's promise and a receipt for feedback outlive the process; contacts and statuses are signed alike."""
    tokens = closed["tokens"]

    assert {
        "contact": tokens["contact"],
        "receipt": (True, "acme/drop", "refund", tokens["contact"]),
        "promise": ("t-1", "acme/drop", "2026-11-26T00:00:00+00:00", "2026-11-26 00:01:00+00:00"),
        "status_signature": tokens["status_signature"],
    } == present.read_tokens(tokens)


def test_a_tenants_own_island_is_read(stored: Path) -> None:
    """`solo` kept its key to itself: what it sent is what was taken."""
    data, _ = present.opened_island(stored / "home", IslandName("solo", "fair"))

    assert [data] == [path.read_bytes() for path in (stored / "sub").glob("*.island")]


def rows_of_progress(file: Path) -> list[tuple[str, str]]:
    """Ticket and reply of everything that a desk took."""
    with closing(sqlite3.connect(file)) as connection:
        return [(row[0], row[1]) for row in connection.execute("SELECT id, reply FROM progress")]
