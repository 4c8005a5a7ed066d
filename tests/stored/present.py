"""Read old bytes with the present code, and write the same with it.

When a name of the code changes, this file changes; the tests, `names.json` and the bytes do not.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from edge.config import IslandsSection
from edge.daemon.sync import PopShelf, shelf_from_store
from edge.daemon.sync.entries import previous_store_key, store_key
from edge.daemon.tally import TallyWriter
from edge.decide import Asked
from edge.decide.policy import route_to
from edge.errors import Reason
from edge.publish.compile import prepare_island, sign_island
from edge.publish.compile.sign import island_to_bytes
from edge.publish.fleet import fleet_of, fleet_status, wanted_islands
from edge.publish.keys import PrivateKey
from edge.publish.keys.encryption import EncryptedSeed, Passphrase
from edge.publish.keys.key_file import KeyFile
from edge.publish.release import repository_status
from edge.publish.release.hotfix import _with_answer
from edge.publish.release.rollback import sign_again
from edge.publish.repository import Repository, target_custom, withdrawn_in
from edge.publish.signing import hand_over, read_draft, read_public, sign_draft
from edge.publish.signing.ceremony import SignatureFile, signatures_for
from edge.publish.source import errors_in, lint_draft
from edge.publish.source.island_file import parse_island
from edge.records import (
    Automation,
    Bundle,
    DeskEvent,
    FeedbackTopic,
    Island,
    IslandName,
    IslandState,
    LastStatus,
    Outcome,
    PopIsland,
    Priority,
    Suggestion,
    Ticket,
    TicketKind,
    TicketState,
    Turn,
)
from edge.store.outbox import Outbox, Parcel, read_payload, read_rows, ticket_from_bytes, ticket_to_bytes
from edge.store.tally import TallyStore
from edge.store.verified import VerifiedStore
from edge.stored_words import current_count, stored_count, stored_word
from edge.tally import (
    BOUNDS_S,
    Contact,
    ContactState,
    CounterName,
    CountKey,
    Decided,
    StatsFigures,
    TicketRecord,
    count_decided,
    figures_of,
)
from edge.tally.names import feedback, suggestion, within_name
from edge.tokens import NUMBER_BYTES, TOKEN_KEY_BYTES, contact_of, read_promise, read_receipt
from edge.triage import Triage
from edge.trust import IslandTarget, PopSigner, TrustedMetadata, open_island, open_stored_island, tenant_role
from edge.wire.desks.chatwoot import ATTRIBUTE
from edge.wire.desks.desk_api import read_ticket
from edge.wire.desks.note_form import marker
from edge.wire.publisher.events import pack_bundle

DROP = IslandName("acme", "drop")
AUTHORS = {
    "wanted_precision": "target_precision",
    "misses_max": "max_clarify_streak",
    "repeats_max": "max_repeats",
    '"misses"': '"clarify_streak"',
    '"loop"': '"repeated_answer"',
}
"""Present words for texts in `make_stored.DROP`, replaced in this order. Values keep their quotes, as `'"loop"'`."""


# ---------------------------------------------------------------- read: from old bytes to plain values


def opened_island(home: Path, name: IslandName = DROP) -> tuple[bytes, Island]:
    """The bytes of a published island, and the island that is verified with target and keys of the same home."""
    state = Repository(home).state()
    role = tenant_role(name.tenant, state.tenants[name.tenant], state.targets)
    target = role.islands[name.island]
    data = (home / "repository" / target.repository_path).read_bytes()
    return data, open_island(data, target=target, name=name, keys=role.keys)


def island_facts(island: Island) -> dict[str, Any]:
    """Fields of an island, by their names in the bytes."""
    surge, sessions = island.surge, island.sessions
    assert surge is not None
    return {
        "revision": island.revision,
        "title": island.title,
        "max_stale_s": island.max_stale_s,
        "wanted_precision": island.target_precision,
        "default_lane": island.default_lane,
        "routes": [
            (r.lane, r.channels, tuple(map(stored_word, r.reasons)), r.snippets, r.keywords, r.review, r.kind.value)
            for r in island.routes
        ],
        "context": (island.context.order_window, island.context.fulfilment_partner, island.context.risk_flags),
        "surge": (surge.floor, surge.ceiling, surge.target_wait_s, surge.max_wait_s, surge.handle_s),
        "human_active_s": sessions.human_active_s,
        "misses_max": sessions.max_clarify_streak,
        "repeats_max": sessions.max_repeats,
        "cool_down_s": sessions.cool_down_s,
        "trees": [
            (t.id, [(s.id, s.lane, s.snippet, [o.to for o in s.options]) for s in t.steps]) for t in island.trees
        ],
        "snippets": {s.id: (s.automation.value, s.lane, s.target_precision, s.risk_flags) for s in island.snippets},
    }


def island_bytes(island: Island) -> bytes:
    """The island as the present code encodes it."""
    return island_to_bytes(island)


def lanes_of_patience(island: Island) -> list[str]:
    """Lanes of questions in an app with the reasons clarify_streak, repeated_answer and human_active."""
    reasons = (Reason.CLARIFY_STREAK, Reason.REPEATED_ANSWER, Reason.HUMAN_ACTIVE)
    return [route_to(island, reason, None, Asked(channel="app")).lane for reason in reasons]


def published(home: Path, now: datetime) -> dict[str, tuple[Any, ...]]:
    """Revision, state, rollout and reason of withdrawal, by island."""
    status = repository_status(Repository(home), now=now)
    return {one.island: (one.revision, one.state, one.rollout, one.why) for one in status.islands}


def rollout_of(home: Path) -> dict[str, Any]:
    """The rollout of the drop: sessions, PoPs, and the previous revision."""
    state = Repository(home).state()
    custom = target_custom(state.tenants[DROP.tenant].targets[DROP.target_path])
    assert custom.rollout is not None
    kept = custom.rollout.previous
    return {
        "revision": custom.revision,
        "percent": custom.rollout.percent,
        "pops": custom.rollout.pops,
        "previous": (kept.revision, kept.length, kept.sha256),
    }


def stored_shelf(state: Path, root: bytes, triage: Triage, now: datetime) -> tuple[TrustedMetadata, PopShelf]:
    """Trusted metadata and shelf with which a PoP starts without a publisher."""
    with VerifiedStore(state) as store:
        files = store.read_all()
    trust = TrustedMetadata.start(files, root)
    return trust, shelf_from_store(files, trust=trust, triage=triage, islands=IslandsSection(), now=now)


def slot_facts(shelf: PopShelf, name: str, now: datetime) -> tuple[Any, ...]:
    """State, revision, previous revision, rollout percentage, reason of withdrawal, highest revision."""
    slot, status = shelf.get(IslandName.parse(name)), shelf.status(IslandName.parse(name), now)
    assert slot is not None
    assert status is not None
    found = (status.revision, status.previous_revision, status.rollout_percent)
    return (status.state.value, *found, status.withdrawn_why, slot.highest_revision)


def open_outbox(state: Path, now: datetime) -> Outbox:
    """A PoP's outbox, at a fixed time."""
    return Outbox(state, clock=now.timestamp)


def waiting(outbox: Outbox, now: float, origin: str = "") -> list[str]:
    """Ids of the tickets that are due for an origin."""
    return [entry.id for entry in outbox.due(now, 100, origin=origin)]


def dead_letters(outbox: Outbox) -> dict[str, tuple[Any, ...]]:
    """Priority, attempts and last error of dead letters, by ticket."""
    return {row.id: (row.priority.name, row.attempts, row.error) for row in list(read_rows(outbox)) if row.dead_letter}


def ticket_state(outbox: Outbox, ticket: str) -> tuple[str, str]:
    """State of a ticket as its viewer sees it, and the reply."""
    found = outbox.progress.find(ticket)
    assert found is not None
    return found[0].name, found[2]


def tickets(outbox: Outbox) -> dict[str, Ticket]:
    """Every ticket in the outbox by its id, as a desk's adapter reads it."""
    return {
        row.id: read_ticket(row.id, ticket_from_bytes(read_payload(outbox, row.id))) for row in list(read_rows(outbox))
    }


def ticket_facts(ticket: Ticket) -> dict[str, Any]:
    """Fields of a ticket by their names in the bytes. Reasons and outcomes have their names in the code."""
    return {
        "reason": ticket.reason.name,
        "because": ticket.because.name if ticket.because else None,
        "kind": ticket.kind.name,
        "schema": ticket.schema,
        "lane": ticket.lane,
        "channel": ticket.channel,
        "text": ticket.text,
        "revision": ticket.revision,
        "risk_flags": ticket.risk_flags,
        "promised": ticket.promised_wait_s,
        "candidates": [one.provenance.snippet for one in ticket.candidates],
        "transcript": [(turn.outcome.name, turn.reason.name, turn.snippet) for turn in ticket.transcript],
        "partner": ticket.context.fulfilment_partner,
    }


def open_tally(state: Path) -> TallyStore:
    """The tally of a PoP. Fails if it would be set aside."""
    store = TallyStore(state)
    assert store.set_aside is None
    return store


def sums(store: TallyStore) -> Counter[str]:
    """Sum of each count over all hours and islands, by its name in the bytes."""
    found = sum(store.hours(0, "*").values(), Counter[str]())
    return Counter({stored_count(name): count for name, count in found.items()})


def close_contacts(store: TallyStore, now: datetime) -> None:
    """Count every contact, as if its window were over."""
    TallyWriter(store, texts=lambda _ticket: (), contact_window_s=1.0).write([], now.timestamp() + 10)


def counted_ticket(store: TallyStore, ticket: str) -> TicketRecord | None:
    """The tally's record of a ticket."""
    return store.ticket(ticket)


def was_counted(store: TallyStore, number: bytes, topic: str, asked: float) -> bool:
    """True if feedback on this topic was counted before."""
    with store.transaction():
        return not store.add_feedback(number, topic, asked)


def figures(counts: Counter[str]) -> dict[str, tuple[int, int]]:
    """Part and whole of each figure, and the number of questions."""
    found: StatsFigures = figures_of({current_count(name): count for name, count in counts.items()})
    shares = {
        "answered": found.automation,
        "asked_back": found.clarified,
        "handed_over": found.escalated,
        "misses": found.fallback[Reason.CLARIFY_STREAK],
        "loop": found.fallback[Reason.REPEATED_ANSWER],
        "ambiguous": found.fallback[Reason.AMBIGUOUS],
        "resolved at first": found.first_contact_resolution,
        "replied": found.replied,
        "used": found.suggestion_used,
        "helpful": found.helpful,
    }
    return {"questions": (found.questions, found.contacts_forgotten)} | {n: (s.part, s.of) for n, s in shares.items()}


def fleet_facts(home: Path, now: datetime) -> tuple[bool, dict[str, tuple[Any, ...]], dict[str, LastStatus | None]]:
    """`everyone`; PoPs meant, lagging and in rollout by island; and the last statuses."""
    with fleet_of(home) as registry:
        fleet = registry.fleet()
        found = fleet_status(wanted_islands(Repository(home), now=now), fleet, now=now)
    islands = {
        one.wanted.island: (one.meant, [(lag.pop, lag.reason.value) for lag in one.lagging], one.in_rollout)
        for one in found.islands
    }
    return found.everyone, islands, fleet


def status_facts(heard: LastStatus, island: str) -> tuple[Any, ...]:
    """State, revision, highest, percentage and previous revision of an island, and the PoP's interval."""
    (one,) = [one for one in heard.status.islands if one.island == island]
    return (
        one.state.value,
        one.revision,
        one.highest_revision,
        one.rollout_percent,
        one.previous_revision,
        heard.status.interval_s,
    )


def signatures_of(rite: Path, draft: str) -> dict[str, int]:
    """Number of valid signature files for a draft of a ceremony, by the draft's name."""
    files = [msgspec.json.decode(path.read_bytes(), type=SignatureFile) for path in sorted(rite.glob("*.sig"))]
    found = read_draft(rite / draft)
    return {found.name: len(signatures_for(found, files))}


def holder_key(path: Path) -> bytes:
    """The 32 bytes of a holder's public key."""
    return read_public(path).raw


def read_tokens(tokens: dict[str, str]) -> dict[str, Any]:
    """Contents of old tokens, read with the key that made them."""
    key = bytes(TOKEN_KEY_BYTES)
    receipt = read_receipt(tokens["receipt"], key=key, now=1_795_000_100.0, life_s=1_000.0)
    promise = read_promise(tokens["promise"], key=key)
    return {
        "contact": contact_of(DROP, "session", key=key).hex(),
        "receipt": (receipt.number == bytes(NUMBER_BYTES), receipt.island, receipt.snippet, receipt.contact.hex()),
        "promise": (promise.ticket, promise.island, promise.asked.isoformat(), str(promise.expected)),
        "status_signature": PopSigner(bytes(32)).sign(b"{}").hex(),
    }


# ---------------------------------------------------------------- write: what the present code makes of the same


def island_again(island: Island, now: datetime) -> bytes:
    """The island as its next revision, signed again, as a rollback publishes it."""
    signer = PrivateKey.generate(f"tenant.{DROP.tenant}")
    return sign_again(island, island.revision + 1, signer=signer, now=now).data


def compiled(source: str, triage: Triage, now: datetime) -> bytes:
    """The island compiled from its source."""
    for old, new in AUTHORS.items():
        source = source.replace(old, new)
    draft = parse_island(source.encode(), path="drop.toml")
    assert errors_in(lint_draft(draft, now=now, encoder=triage.encoder)) == []
    prepared = prepare_island(draft.source(), triage=triage)
    return sign_island(prepared, revision=1, signer=PrivateKey.generate(f"tenant.{DROP.tenant}"), now=now).data


def corrected(island: Island, now: datetime) -> Island:
    """The island with another answer, as an incident publishes it."""
    prepared = _with_answer(island, snippet_id="ship-date", answer="We do not know.", approved_by="Di")
    signer = PrivateKey.generate(f"tenant.{DROP.tenant}")
    data = sign_island(prepared, revision=island.revision, signer=signer, now=now).data
    return open_stored_island(data, name=DROP, keys={"": signer.public})


def stored(ticket: Ticket) -> bytes:
    """A ticket as the present code stores it."""
    return ticket_to_bytes(ticket)


def encoded(record: Any) -> bytes:
    """A record as JSON, as the present code stores and posts it."""
    return msgspec.json.encode(record)


def customs(home: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """`custom` of each target: as it is stored, and as the present code writes it."""
    for role in Repository(home).state().tenants.values():
        for target in role.targets.values():
            yield target.custom, msgspec.json.decode(encoded(target_custom(target)))


def withdrawals(home: Path) -> dict[str, dict[str, Any]]:
    """Withdrawn islands by tenant, as the present code writes them."""
    state = Repository(home).state()
    return {tenant: msgspec.json.decode(encoded(withdrawn_in(role))) for tenant, role in state.tenants.items()}


def ceremony_files(rite: Path, draft: str) -> tuple[bytes, bytes]:
    """Files of a holder's public key and signature, with a new key."""
    key = PrivateKey.generate("ada")
    return hand_over(key, "ada"), sign_draft(read_draft(rite / draft), key)[1]


def key_file_names() -> dict[str, list[str]]:
    """Names in the file of a private key, with a new key."""
    key = PrivateKey.generate("timestamp")
    plain = msgspec.json.decode(key.to_json())
    cheap = msgspec.json.decode(key.to_json(Passphrase(b"correct horse", operations=1, memory_bytes=8192)))
    return {"plain": sorted(plain), "encrypted": sorted(cheap), "box": sorted(cheap["sealed"])}


def key_file_fields() -> list[str]:
    """Names in the file of a key while its passphrase is changed."""
    box = EncryptedSeed(operations=1, memory_bytes=8_192, salt="", box="")
    record = KeyFile(role="timestamp", public="00", seed="00", encrypted=box, encrypted_next=box)
    return sorted(msgspec.json.decode(record.to_json()))


def left_abroad() -> dict[str, str]:
    """Names and bytes that other programs store: a message in NATS, and the ids of desks."""
    bundle = pack_bundle(Bundle(files={"a": b"b"}))
    return {"bundle": bundle.hex(), "marker": marker("t-1"), "attribute": ATTRIBUTE}


def store_keys(files: dict[str, bytes], root: bytes) -> tuple[TrustedMetadata, list[str]]:
    """Trusted metadata of stored files, and the keys under which a PoP stores the drop."""
    return TrustedMetadata.start(files, root), [store_key(DROP), previous_store_key(DROP)]


def target_of(trust: TrustedMetadata, name: IslandName = DROP) -> IslandTarget:
    """The target of the drop in stored metadata."""
    role = trust.role(name.tenant)
    assert role is not None
    return role.islands[name.island]


def write_outbox(state: Path, now: datetime, ticket: Ticket) -> None:
    """Write a new outbox with the ticket in each stored state, and another that waits."""
    with open_outbox(state, now) as outbox:
        for reported in TicketState:
            outbox.put_many([Parcel(reported.name, ticket_to_bytes(ticket))])
            outbox.delivered([reported.name])
            if reported not in {TicketState.DEAD_LETTER, TicketState.WAITING, TicketState.DELIVERED}:
                event = DeskEvent(id=reported.name, ticket=reported.name, state=reported)
                assert outbox.progress.apply(event, "", now.timestamp())
        outbox.put_many([Parcel("waits", ticket_to_bytes(ticket))])


def write_tally(state: Path, counts: set[str]) -> None:
    """Write a new tally with contacts in every state, feedback on every topic, and these counts."""
    with TallyStore(state) as store, store.transaction():
        for contact_state in ContactState:
            store.put_contact(contact_state.name.encode(), Contact("acme/drop", "", 1.0, contact_state))
        for topic in FeedbackTopic:
            store.add_feedback(b"1", topic, 1.0)
        store.put_ticket("1", TicketRecord("acme/drop", "", 1.0))
        store.add(Counter({CountKey(0, "acme/drop", "", name): 1 for name in counts}))


def countable() -> set[str]:
    """Every possible name of a count."""
    names: set[str] = {str(name) for name in CounterName}
    names |= {suggestion(found) for found in Suggestion}
    names |= {feedback(topic, is_yes=is_yes) for topic in FeedbackTopic for is_yes in (True, False)}
    events = (CounterName.TICKET_ACKNOWLEDGED, CounterName.TICKET_REPLIED)
    names |= {within_name(event, bound) for event in events for bound in BOUNDS_S}
    for outcome in Outcome:
        for reason in Reason:
            names |= {key.name for key in count_decided(Decided(0.0, "a/b", "s", outcome, reason))}
    return names


def words_of_tickets(ticket: Ticket) -> dict[str, set[str]]:
    """Every word for outcomes, reasons and kinds in stored tickets."""
    found: dict[str, set[str]] = {"Outcome": set(), "Reason": set(), "TicketKind": set()}
    for reason in Reason:
        document = msgspec.json.decode(ticket_to_bytes(msgspec.structs.replace(ticket, reason=reason, because=reason)))
        found["Reason"] |= {document["reason"], document["because"]}
    for kind in TicketKind:
        found["TicketKind"].add(
            msgspec.json.decode(ticket_to_bytes(msgspec.structs.replace(ticket, kind=kind)))["kind"]
        )
    for outcome in Outcome:
        turn = Turn(at=ticket.created, text="", outcome=outcome, reason=Reason.EXACT)
        document = msgspec.json.decode(ticket_to_bytes(msgspec.structs.replace(ticket, transcript=(turn,))))
        found["Outcome"].add(document["transcript"][0]["decision"])
    return found


def words_elsewhere(island: Island, now: datetime) -> dict[str, set[Any]]:
    """Every word for closed sets in islands and statuses, and for the outbox's priorities."""
    automations = set()
    for automation in Automation:
        snippet = msgspec.structs.replace(island.snippets[0], automation=automation)
        automations.add(msgspec.msgpack.decode(msgspec.msgpack.encode(snippet))["automation"])
    states = {
        msgspec.json.decode(encoded(PopIsland(island="a/b", state=state, since=now)))["state"] for state in IslandState
    }
    return {"Automation": automations, "IslandState": states, "Priority": {int(priority) for priority in Priority}}
