"""The response to a question: the decision, the answer, and its provenance."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec

from edge.daemon.ask.provenance import (
    Approved,
    approved,
    as_signed,
    option_in,
    provenance,
    provenance_of,
    signed_answer,
)
from edge.daemon.ask.question import Concluded, OpenQuestion
from edge.daemon.sync import PopEntry
from edge.decide import language_note, list_trees, notice_of
from edge.errors import Reason
from edge.records import AskResponse, Decision, Option, Outcome, PartAnswer, Verdict
from edge.records.locales import LanguageNote

MakeResponse: TypeAlias = Callable[[Concluded, OpenQuestion, str], AskResponse]
"""Makes a response of what was concluded, of the question, and of the model's name."""


def make_response(concluded: Concluded, question: OpenQuestion, model: str) -> AskResponse:
    """The response to a question, in the desk's form: with all candidates and the model."""
    response = make_viewers_response(concluded, question, model)
    return msgspec.structs.replace(response, candidates=concluded.ranked(), model=model)


def make_viewers_response(concluded: Concluded, question: OpenQuestion, _model: str) -> AskResponse:
    """The response to a question, in the viewer's form. Only the outcome *answer* carries the snippet's text."""
    decision, verdict = concluded.conclusion.decision, concluded.verdict
    status, entry, wanted = question.status, question.slot.entry, question.wanted
    is_answer = decision.outcome is Outcome.ANSWER
    answer = approved(entry, decision.snippet, wanted) if entry and is_answer else None
    options = tuple(option_in(entry, option, wanted) for option in decision.options) if entry else decision.options
    ramp = entry if decision.reason is Reason.RAMP else None
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
        answer=answer.document.answer if answer else None,
        provenance=provenance(entry, answer) if entry and answer else None,
        signed=as_signed(answer) if answer else None,
        language_note=_note(answer, options, entry, wanted) if entry else msgspec.UNSET,
        more=_more(decision, verdict, entry, wanted) if entry and verdict else (),
        notice=notice_of(decision, verdict, entry.island) if entry and verdict else None,
        options=options,
        trees=list_trees(ramp.island) if ramp else (),
        show_first=ramp.island.ramp.first if ramp and ramp.island.ramp else None,
        none_of_these=concluded.is_offer,
        ticket=concluded.ticket_id,
        ticket_token=concluded.ticket_token,
        lane=decision.lane if concluded.ticket_id else None,
        wait_s=decision.wait_s,
        queue_place=decision.queue_place,
        callback_token=concluded.callback_token,
        masked=concluded.masked or msgspec.UNSET,
        receipt=concluded.receipt,
        leaf=concluded.leaf or msgspec.UNSET,
        consent_missing=concluded.missing or msgspec.UNSET,
        candidates=msgspec.UNSET,
        model=msgspec.UNSET,
        elapsed_ms=round(concluded.took_s * 1000, 3),
    )


def _note(
    answer: Approved | None, options: Sequence[Option], entry: PopEntry, wanted: Sequence[str]
) -> LanguageNote | msgspec.UnsetType:
    """The note of what is not in the wanted language: the answer, or one of the options."""
    own = entry.island.locale
    given = [answer.document.locale] if answer else [option.locale or own for option in options]
    notes = (language_note(locale, wanted) for locale in given)
    return next((note for note in notes if note is not msgspec.UNSET), msgspec.UNSET)


def _more(decision: Decision, verdict: Verdict, entry: PopEntry, wanted: Sequence[str]) -> tuple[PartAnswer, ...]:
    """The answers to a message's other parts."""
    firsts = (part.verdict.candidates[0] for part in verdict.parts if part.verdict.candidates)
    questions = {candidate.snippet: candidate.nearest_example for candidate in firsts}
    return tuple(
        PartAnswer(
            question=approved(entry, snippet, wanted).title or questions[snippet],
            answer=approved(entry, snippet, wanted).document.answer,
            provenance=provenance_of(entry, snippet, wanted),
            signed=signed_answer(entry, snippet, wanted),
        )
        for snippet in decision.more
    )


def viewers_form(response: AskResponse) -> AskResponse:
    """The response without what is for desks: the other candidates, the author's examples, and the model."""
    return msgspec.structs.replace(response, candidates=msgspec.UNSET, model=msgspec.UNSET)
