"""Which changes does the evidence speak for? Nothing is measured here.

A proposal needs wordings that weigh `MIN_WEIGHT` together. Equal wordings weigh once, so one client that repeats itself
proposes nothing.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from edge.publish.learn.evidence import TAP, ExportEvidence, Wording
from edge.publish.learn.groups import groups_of, vectors_of
from edge.publish.learn.lines import LeftOut
from edge.publish.learn.proposal import Proposal, ProposalKind
from edge.publish.source import MAX_EXAMPLES, MIN_EXAMPLES, IslandSource
from edge.triage import Encoder, normalise, question_of

MIN_WEIGHT = 3.0
"""Three different wordings that people answered, or six that viewers answered by a tap."""

_SAME_REPLY = 0.6
"""The least share of a group's replies that must be the draft."""

_NEAR = 0.6
"""From this cosine on, an example is what drew a question to its snippet."""

_MISLED = 2.0
"""An example misleads if it misled so many times the weight of those that it led right."""

_TRIED = 40
"""Groups of a snippet's wordings that are asked of the island; those with the most frequent wordings."""

_ASKED = 3
"""Wordings of such a group that are asked, until one is not answered."""

_MOST_EXAMPLES = 8
"""Examples that one proposal adds."""

_SAME_MATTER = 0.5
"""From this cosine on, two groups that got the same reply are one. Not below: some replies fit every question."""

_OF_THIS_MATTER, _ALIKE = 0.5, 0.65
"""A draft's group has this share of the wordings that got its reply, or these are so much alike: length of the mean of
their unit vectors. "We will get back to you" is an answer to everything. On three public sets, 40 wordings of one
intent have 0.66 to 0.87 (but 2 of 36), and 40 of five to twenty intents 0.43 to 0.62. Both were chosen on
these sets."""

_DRAFT_EXAMPLES = 8
_ID_CHARACTERS = 40


def new_examples(
    evidence: ExportEvidence, source: IslandSource, encoder: Encoder, is_solved: Callable[[str, str], bool]
) -> Iterator[Proposal]:
    """For each snippet: wordings that people answered with it, or viewers picked, and that it does not answer yet.

    One of each group of similar wordings is enough. `is_solved` says of a wording and a snippet's id whether the island
    answers it right already.
    """
    known = known_forms(source)
    room = {snippet.id: MAX_EXAMPLES - len(snippet.examples) for snippet in source.snippets}
    by_snippet: dict[str, list[Wording]] = defaultdict(list)
    for wording in evidence.labelled(judges=False):
        by_snippet[wording.label].append(wording)
    for snippet, wordings in sorted(by_snippet.items()):
        if sum(one.weight for one in wordings) < MIN_WEIGHT:
            evidence.left_out[LeftOut.FEW] += 1
            continue
        if room[snippet] <= 0:
            evidence.left_out[LeftOut.FULL] += 1
            continue
        unsolved, group = [], []
        for similar in groups_of(wordings, encoder)[:_TRIED]:
            unknown = [one.text for one in similar if question_of(one.text) not in known][:_ASKED]
            text = next((text for text in unknown if not is_solved(text, snippet)), "")
            if text:
                unsolved.append(text)
                group.extend(similar)
        weight = sum(one.weight for one in group)
        if unsolved and weight >= MIN_WEIGHT:
            examples = tuple(unsolved[: min(_MOST_EXAMPLES, room[snippet])])
            yield _proposal(ProposalKind.ADD_EXAMPLE, snippet, examples, group, weight=weight)
        else:
            evidence.left_out[LeftOut.FEW if unsolved else LeftOut.SOLVED] += 1


def new_snippets(
    wordings: Sequence[Wording], evidence: ExportEvidence, source: IslandSource, encoder: Encoder
) -> Iterator[tuple[Proposal, frozenset[str]]]:
    """A draft for each group of wordings that people answered in their own words, and the forms that judge it."""
    taken, known = {snippet.id for snippet in source.snippets}, known_forms(source)
    groups = _merged(groups_of(wordings, encoder), encoder)
    replied: dict[str, list[Wording]] = defaultdict(list)
    for wording in wordings:
        for form in {normalise(reply) for reply in wording.replies}:
            replied[form].append(wording)
    for group in groups:
        learned = [one for one in group if not one.is_judge and question_of(one.text) not in known]
        if len(learned) < MIN_WEIGHT:
            evidence.left_out[LeftOut.FEW] += 1
            continue
        draft = _draft(learned)
        if not draft:
            evidence.left_out[LeftOut.NO_DRAFT] += 1
            continue
        if _is_generic(replied[normalise(draft)], group, encoder):
            evidence.left_out[LeftOut.GENERIC] += 1
            continue
        name = _name(min((one.text for one in learned), key=len), taken)
        taken.add(name)
        examples, weight = tuple(one.text for one in learned[:_DRAFT_EXAMPLES]), float(len(learned))
        proposal = _proposal(ProposalKind.ADD_SNIPPET, name, examples, learned, weight=weight, answer=draft)
        yield proposal, frozenset(question_of(one.text) for one in group if one.is_judge)


def _is_generic(replied: Sequence[Wording], group: Sequence[Wording], encoder: Encoder) -> bool:
    """True if a reply, which all of `replied` got, says nothing of this group's matter."""
    ids = set(map(id, group))
    share = sum(id(one) in ids for one in replied) / len(replied)
    return share < _OF_THIS_MATTER and _alikeness(replied, encoder) < _ALIKE


def known_forms(source: IslandSource) -> set[str]:
    """The normal forms of an island's examples."""
    return {question_of(example) for snippet in source.snippets for example in snippet.examples}


def _merged(groups: Sequence[Sequence[Wording]], encoder: Encoder) -> list[list[Wording]]:
    """The groups, with those in one that got the same reply and are alike, all of them or two by two."""
    by_draft: dict[str, list[list[Wording]]] = defaultdict(list)
    for group in groups:
        by_draft[normalise(_draft(group))].append(list(group))
    merged = by_draft.pop("", [])
    for same in by_draft.values():
        whole = [one for group in same for one in group]
        merged += [whole] if _alikeness(whole, encoder) >= _ALIKE else _merged_if_near(same, encoder)
    return merged


def _merged_if_near(groups: Sequence[list[Wording]], encoder: Encoder) -> list[list[Wording]]:
    merged: list[list[Wording]] = []
    for group in groups:
        first = encoder.encode(question_of(group[0].text))
        near = (one for one in merged if encoder.encode(question_of(one[0].text)) @ first >= _SAME_MATTER)
        if (other := next(near, None)) is None:
            merged.append(group)
        else:
            other.extend(group)
    return merged


def _alikeness(wordings: Sequence[Wording], encoder: Encoder) -> float:
    return float(np.linalg.norm(vectors_of(wordings, encoder).mean(axis=0)))


def misleading_examples(evidence: ExportEvidence, source: IslandSource, encoder: Encoder) -> Iterator[Proposal]:
    """Examples whose neighbours among the wordings were refused, or answered with another snippet."""
    examples = [(snippet, example) for snippet in source.snippets for example in snippet.examples]
    wordings = [one for one in evidence.wordings.values() if not one.is_judge and (one.label or one.refused)]
    if not wordings or not examples:
        return
    vectors = np.stack([encoder.encode(question_of(text)) for _, text in examples])
    misled: dict[int, list[Wording]] = defaultdict(list)
    led: dict[int, float] = defaultdict(float)
    for wording in wordings:
        # One by one: all at once would be 1.8 GB for the largest island.
        row = vectors @ encoder.encode(question_of(wording.text))
        nearest = int(row.argmax())
        owner = examples[nearest][0].id
        if row[nearest] < _NEAR:
            continue
        if wording.label == owner:
            led[nearest] += wording.weight
        elif wording.label or owner in wording.refused:
            misled[nearest].append(wording)
    for index, group in sorted(misled.items()):
        weight = sum(one.weight if one.label else TAP for one in group)
        snippet, example = examples[index]
        if weight < MIN_WEIGHT or weight < _MISLED * led[index]:
            evidence.left_out[LeftOut.FEW] += 1
        elif len(snippet.examples) > MIN_EXAMPLES:
            yield _proposal(ProposalKind.REMOVE_EXAMPLE, snippet.id, (example,), group, weight=weight)


def _proposal(
    kind: ProposalKind,
    snippet: str,
    examples: tuple[str, ...],
    group: Sequence[Wording],
    *,
    weight: float,
    answer: str = "",
) -> Proposal:
    lines = sum(one.lines for one in group)
    return Proposal(
        kind=kind,
        snippet=snippet,
        examples=examples,
        answer=answer,
        wordings=len(group),
        lines=lines,
        weight=weight,
    )


def _draft(group: Sequence[Wording]) -> str:
    """The reply that most wordings of the group got; empty if they got too different ones. One wording, one voice."""
    voices: Counter[str] = Counter()
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for wording in group:
        for reply, count in wording.replies.items():
            voices[normalise(reply)] += 1
            spelled[normalise(reply)][reply] += count
    if not voices:
        return ""
    best = max(voices, key=lambda form: (voices[form], form))
    if voices[best] < _SAME_REPLY * len(group):
        return ""
    return max(spelled[best], key=lambda reply: (spelled[best][reply], reply))


def _name(text: str, taken: set[str]) -> str:
    """A new id of the wording's own words."""
    words = re.sub(r"[^a-z0-9]+", "-", normalise(text)).strip("-")
    if len(words) > _ID_CHARACTERS:
        words = words[:_ID_CHARACTERS].rpartition("-")[0]
    words = words or "learned"
    number = 1
    while (name := words if number == 1 else f"{words}-{number}") in taken:
        number += 1
    return name
