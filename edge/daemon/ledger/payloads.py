"""What the leaves of viewers' acts commit to, and in the log of which event they are."""

from collections.abc import Sequence

from edge.daemon.ledger.ledger import Ledger
from edge.daemon.sync import PopEntry
from edge.decide import Conclusion
from edge.records import AskRequest, IslandName, Verdict
from edge.records.consent import ConsentRecord, ConsentState
from edge.records.ledger import LeafKind, LeafPayload, ShownAnswer
from edge.records.trees import TreeRequest
from edge.store.leaves import UNLISTED, NewLeaf


def log_of(island: str, entry: PopEntry | None, *, is_known: bool = True) -> str:
    """The event in whose log an act about an island is, as `TENANT/EVENT`.

    Strangers who make up names get no logs: what neither signed metadata nor the configuration names (`is_known`)
    shares one of its tenant.
    """
    if entry is not None:
        return f"{entry.island.tenant}/{entry.island.event_name}"
    return island if is_known else f"{IslandName.parse(island).tenant}/{UNLISTED}"


def decided_payload(
    request: AskRequest,
    conclusion: Conclusion,
    *,
    verdict: Verdict | None,
    answers: Sequence[ShownAnswer] = (),
    picked: str = "",
    refused: Sequence[str] = (),
    path: Sequence[str] = (),
    ticket: str = "",
) -> LeafPayload:
    """What the leaf of a decision commits to, or that of a hand-over."""
    decision, island = conclusion.decision, conclusion.island
    return LeafPayload(
        island=request.island,
        revision=island.revision if island is not None else None,
        channel=request.channel,
        question=request.text,
        outcome=decision.outcome,
        reason=decision.reason,
        confidence=verdict.confidence if verdict is not None else None,
        threshold=conclusion.threshold,
        filters=decision.filtered,
        answers=tuple(answers),
        options=tuple(option.snippet for option in decision.options),
        picked=picked,
        refused=tuple(refused),
        path=tuple(path),
        ticket=ticket,
        lane=decision.lane if ticket else "",
    )


def consent_leaf(ledger: Ledger, record: ConsentRecord, name: IslandName, session: str, *, event: str) -> NewLeaf:
    """The leaf of a consent or its withdrawal, to be stored with its record. `event` as `log_of` says it."""
    is_given = record.event.event_state is ConsentState.GIVEN
    return ledger.durable(
        event,
        LeafKind.CONSENT if is_given else LeafKind.WITHDRAWAL,
        LeafPayload(
            island=str(name),
            record=record.record_id,
            purposes=tuple(purpose.purpose for purpose in record.pii_processing.purposes),
        ),
        at=record.event.event_time.timestamp(),
        session=session,
    )


def note_step(ledger: Ledger, entry: PopEntry, request: TreeRequest, tree: str, *, step: str, at: float) -> str:
    """Give a step in a decision tree its leaf. Returns its hash in hexadecimal digits; empty if there is no room."""
    island = entry.island
    payload = LeafPayload(island=str(island.name), revision=island.revision, channel=request.channel, path=(tree, step))
    return ledger.note(log_of(str(island.name), entry), LeafKind.TAP, payload, at=at, session=request.session)
