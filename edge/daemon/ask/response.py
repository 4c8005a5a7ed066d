"""The response to a question: the decision, the answer, and its provenance."""

import msgspec

from edge.daemon.ask.provenance import provenance_of, signed_answer
from edge.daemon.ask.question import Concluded
from edge.daemon.sync import PopEntry
from edge.decide import notice_of
from edge.records import AskResponse, Decision, IslandStatus, Outcome, PartAnswer, Verdict


def make_response(concluded: Concluded, *, status: IslandStatus, entry: PopEntry | None, model: str) -> AskResponse:
    """The response to one question, in the desk's form. Only the outcome *answer* carries the snippet's text."""
    decision, verdict = concluded.conclusion.decision, concluded.verdict
    is_answer = decision.outcome is Outcome.ANSWER
    return AskResponse(
        outcome=decision.outcome,
        reason=decision.reason,
        island=status.island,
        revision=status.revision,
        state=status.state,
        confidence=verdict.confidence if verdict else None,
        target_precision=concluded.conclusion.threshold,
        threshold_why=concluded.conclusion.why,
        answerable_share=concluded.conclusion.share,
        answer=entry.documents[decision.snippet].answer if entry and is_answer else None,
        provenance=provenance_of(entry, decision.snippet) if entry and is_answer else None,
        signed=signed_answer(entry, decision.snippet) if entry and is_answer else None,
        more=_more(decision, verdict, entry) if entry and verdict else (),
        notice=notice_of(decision, verdict, entry.island) if entry and verdict else None,
        options=decision.options,
        none_of_these=concluded.is_offer,
        ticket=concluded.ticket_id,
        ticket_token=concluded.ticket_token,
        lane=decision.lane if concluded.ticket_id else None,
        wait_s=decision.wait_s,
        queue_place=decision.queue_place,
        callback_token=concluded.callback_token,
        receipt=concluded.receipt,
        candidates=concluded.ranked,
        model=model,
        elapsed_ms=round(concluded.took_s * 1000, 3),
    )


def _more(decision: Decision, verdict: Verdict, entry: PopEntry) -> tuple[PartAnswer, ...]:
    """The answers to a message's other parts."""
    firsts = (part.verdict.candidates[0] for part in verdict.parts if part.verdict.candidates)
    questions = {candidate.snippet: candidate.nearest_example for candidate in firsts}
    return tuple(
        PartAnswer(
            question=questions[snippet],
            answer=entry.documents[snippet].answer,
            provenance=provenance_of(entry, snippet),
            signed=signed_answer(entry, snippet),
        )
        for snippet in decision.more
    )


def viewers_form(response: AskResponse) -> AskResponse:
    """The response without what is for desks: the other candidates, the author's examples, and the model."""
    return msgspec.structs.replace(response, candidates=msgspec.UNSET, model=msgspec.UNSET)
