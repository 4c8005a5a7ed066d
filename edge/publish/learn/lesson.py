"""What is learned from an export: the proposals that were measured and kept, and the patch that makes them."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from edge.errors import RefusedError
from edge.host import ignore
from edge.publish.compile import Progress, prepare_without_golden, quiet_training, remembering
from edge.publish.evaluate import DryRun, Solved, how_solved
from edge.publish.learn.evidence import ExportEvidence
from edge.publish.learn.lines import LeftOut
from edge.publish.learn.patch import unified_patch
from edge.publish.learn.proposal import Proposal, ProposalKind
from edge.publish.learn.propose import known_forms, misleading_examples, new_examples, new_snippets
from edge.publish.learn.rehearsal import Effect, Judge, Rehearsal
from edge.publish.learn.toml_edit import edited
from edge.publish.source import IslandSource, errors_in, lint_draft, parse_island
from edge.triage import Triage, question_of

MAX_READ = 8_000
"""Wordings that the encoder reads; the most frequent ones. They take about ten seconds."""

MEASURED = 20
"""Proposals that are measured, unless the author wants another number."""

_NO_SNIPPET = ""


class Lesson(NamedTuple):
    """What was learned. The patch holds every proposal in `kept`, and nothing else."""

    kept: tuple[Proposal, ...]
    before: Effect
    after: Effect
    """The rehearsal of the author's island, and of that with all of `kept`. New snippets count as approved."""
    patch: bytes


def learn_from(
    evidence: ExportEvidence,
    text: bytes,
    *,
    path: Path,
    triage: Triage,
    now: datetime,
    measured: int = MEASURED,
    progress: Progress = ignore,
) -> Lesson:
    """The lesson of an export for the island in `text`, which has no errors. `path` names it in the patch.

    Proposals are ranked by their evidence. The first `measured` are measured one after another, each with those that
    were kept before it. What made the rehearsal worse is left out. `evidence.left_out` counts what was left out.
    """
    triage, source = remembering(triage), parse_island(text, path=str(path)).source()
    _read_most_frequent(evidence)
    proposals, judges = _propose(evidence, source, triage)
    rehearsal = Rehearsal(judges, triage)
    before, judged = rehearsal.ask(source), rehearsal.right()
    now_at, effect, kept, rehearsed, changed = source, before, [], source, text
    evidence.left_out[LeftOut.UNMEASURED] += max(0, len(proposals) - measured)
    for number, proposal in enumerate(proposals[:measured]):
        progress("measuring proposals", number, min(measured, len(proposals)))
        try:
            candidate = edited(changed, now_at, proposal)
        except RefusedError:
            evidence.left_out[LeftOut.LAYOUT] += 1
            continue
        if errors_in(lint_draft(parse_island(candidate, path="patch"), now=now)):
            evidence.left_out[LeftOut.REFUSED] += 1
            continue
        after = rehearsal.ask(proposal.rehearsed(rehearsed))
        is_removal = proposal.kind is ProposalKind.REMOVE_EXAMPLE
        if after.worth < effect.worth or (is_removal and after.worth == effect.worth):
            evidence.left_out[LeftOut.UNHELPFUL] += 1
            continue
        kept.append(msgspec.structs.replace(proposal, judged=judged[proposal.snippet], before=effect, after=after))
        now_at, rehearsed = proposal.applied(now_at), proposal.rehearsed(rehearsed)
        effect, changed = after, candidate
    return Lesson(tuple(kept), before, effect, unified_patch(text, changed, path))


def _read_most_frequent(evidence: ExportEvidence) -> None:
    """Keep the wordings that the encoder has time for."""
    ordered = sorted(evidence.wordings.items(), key=lambda pair: (-pair[1].lines, pair[0]))
    evidence.left_out[LeftOut.UNREAD] += max(0, len(ordered) - MAX_READ)
    evidence.left_out[LeftOut.DISAGREEMENT] += sum(one.is_contested for _, one in ordered[:MAX_READ])
    evidence.wordings = dict(ordered[:MAX_READ])


def _propose(evidence: ExportEvidence, source: IslandSource, triage: Triage) -> tuple[list[Proposal], list[Judge]]:
    """All proposals, those with the most evidence first; and the questions that judge them, with what is right."""
    island, known = _island(source, triage), known_forms(source)
    _leave_harm_to_people(evidence, source, island)
    own_words = [one for one in evidence.wordings.values() if one.is_own and not one.label]
    drafts = list(new_snippets(own_words, evidence, source, triage.encoder))
    proposals = [
        *new_examples(evidence, source, triage.encoder, partial(_is_solved, island)),
        *(proposal for proposal, _ in drafts),
        *misleading_examples(evidence, source, triage.encoder),
    ]
    right = {form: proposal.snippet for proposal, forms in drafts for form in forms}
    judges = [(one, one.label) for one in evidence.labelled(judges=True)]
    # People answered the others in their own words: no snippet was right.
    judges += [(one, right.get(question_of(one.text), _NO_SNIPPET)) for one in own_words if one.is_judge]
    # The island has answered its own examples by heart, before and after.
    judges = [pair for pair in judges if question_of(pair[0].text) not in known]
    judges.sort(key=lambda pair: (-pair[0].lines, pair[0].text))
    return sorted(proposals, key=lambda one: (-one.weight, -one.lines, one.snippet, one.examples)), judges


def _island(source: IslandSource, triage: Triage) -> DryRun:
    with quiet_training():
        return DryRun(prepare_without_golden(source, triage=triage), triage=triage)


def _is_solved(island: DryRun, text: str, snippet: str) -> bool:
    with quiet_training():
        return how_solved(island.ask(text), snippet) is Solved.AT_ONCE


def _leave_harm_to_people(evidence: ExportEvidence, source: IslandSource, island: DryRun) -> None:
    """Leave out wordings that may tell of harm. An example is answered without a look at that, as its author wants."""
    with quiet_training():
        harms = {form: island.ask(one.text).verdict.harm for form, one in evidence.wordings.items()}
    doubt = min(source.harm.doubt, source.harm.floor)
    harmful = [form for form, harm in harms.items() if max(harm.safety, harm.fraud) >= doubt]
    evidence.left_out[LeftOut.HARM] += len(harmful)
    for form in harmful:
        del evidence.wordings[form]
