"""Decision trees over HTTP: each request is one step, and its token says where the viewer is.

No viewer is remembered between two steps. The trees that tokens name are, so that a viewer who is in the middle of one
when a new revision comes goes on in it. Its end is the new revision's: an answer as it is now, or people. The end of a
tree is concluded like a question.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from edge.daemon.ask import Concluded, Concluder, OpenQuestion, approved, find_slot, provenance_of, signed_answer
from edge.daemon.ledger import note_step
from edge.daemon.people import Remembered
from edge.daemon.sync import PopEntry, PopShelf, PopSlot
from edge.decide import (
    Asked,
    ChannelClass,
    TreeEnd,
    Walked,
    begin,
    check_labels,
    class_of,
    find_tree,
    has_lane,
    hour_from,
    language_note,
    list_trees,
    open_question,
    pattern_of,
    read_place,
    token_at,
    walk,
    walk_back,
    wanted_locales,
)
from edge.errors import BrokenRuleError, Reason, RefusedError
from edge.host import RecentlyUsed
from edge.records import AskRequest, Author, Automation, IslandName, IslandStatus, Outcome
from edge.records.trees import AskedValue, Tree, TreeList, TreeRequest, TreeResponse, TreeStep, TypedQuestion
from edge.tokens import ANONYMOUS, Asker

MAX_TREES = 256
"""Trees that are remembered for viewers in the middle of them. Those in force are on the shelf anyway."""


class _Way(NamedTuple):
    """The tree of one request, and where its viewer is."""

    tree: Tree
    revision: int
    """Whose tree it is."""
    issued: float
    """Since when the hour of the next token runs, in Unix seconds."""
    walked: Walked


class TreeWalker:
    """Walks viewers through the trees of islands. Belongs to the event loop."""

    def __init__(
        self,
        *,
        pop: str,
        concluder: Concluder,
        remembered: Remembered,
        shelf: Callable[[], PopShelf],
        token_key: bytes,
        now: Callable[[], datetime],
    ) -> None:
        self._pop, self._key = pop, token_key
        self._concluder, self._remembered, self._shelf, self._now = concluder, remembered, shelf, now
        self._walked: RecentlyUsed[tuple[IslandName, int, str], Tree] = RecentlyUsed(MAX_TREES)

    async def step(
        self,
        name: IslandName,
        tree_id: str,
        request: TreeRequest,
        *,
        asker: Asker = ANONYMOUS,
        ticket_id: str = "",
        accepted: str = "",
    ) -> TreeResponse:
        """The first step for a request without a token, else the step that the choice leads to.

        Steps are in the island's language, an answer at the end in the viewer's: `accepted` is `Accept-Language`.

        A tree that ends with a lane escalates; that is durable on return. `ticket_id` is the id for its ticket; empty:
        a new one. Raises `RefusedError` with the problem to send back: `TEXT_INVALID`, why an island is not served,
        `NOT_FOUND` for an unknown tree, `TOKEN_INVALID`, `MALFORMED` for a choice that was not offered, `OVERLOADED`
        when the outbox is full. Raises `StorageError` when the outbox cannot write.
        """
        began, now, shelf = time.perf_counter(), self._now(), self._shelf()
        check_labels(session=request.session, channel=request.channel, locale=request.locale)
        slot = find_slot(shelf, name).seen_by(request.session, pop=self._pop)
        status = shelf.status_of(slot, now)
        entry = _served(name, slot, status)
        way = self._walk(entry, tree_id, request, now)
        if not way.walked.step.is_end:
            self._walked.put((name, way.revision, way.tree.id), way.tree)
            step, ledger = way.walked.step.id, self._concluder.ledger
            leaf = note_step(ledger, entry, request, tree_id, step=step, at=now.timestamp())
            response = self._step_response(entry, way, now, class_of(request.channel))
            return msgspec.structs.replace(response, leaf=leaf or msgspec.UNSET)
        walked = way.walked._replace(step=_end_now(way.walked.step, entry))
        last_turn = AskRequest(island=str(name), text=walked.question, session=request.session, channel=request.channel)
        question = OpenQuestion(
            request=last_turn,
            slot=slot,
            status=status,
            asked=Asked(channel=request.channel, claims=asker.claims),
            now=now,
            began=began,
            asker=asker,
            ticket_id=ticket_id,
            path=walked.path,
            typed=walked.typed,
            wanted=wanted_locales(request.locale, "", accepted),
        )
        concluded = await self._concluder.conclude(question, TreeEnd(walked.step))
        return _end_response(entry, way.tree, walked, concluded, question.wanted)

    def trees(self, name: IslandName) -> TreeList:
        """The trees of an island, as a viewer without a session sees it.

        Raises `RefusedError` with the reason why the island is not served.
        """
        shelf = self._shelf()
        slot = find_slot(shelf, name).seen_by("", pop=self._pop)
        entry = _served(name, slot, shelf.status_of(slot, self._now()))
        return TreeList(island=str(name), revision=entry.island.revision, trees=list_trees(entry.island))

    def _walk(self, entry: PopEntry, tree_id: str, request: TreeRequest, now: datetime) -> _Way:
        island, at = entry.island, now.timestamp()
        if request.back and (not request.token or request.choice is not None or request.value):
            raise BrokenRuleError("step has back without a token or with a choice, expected a token alone")
        if not request.token:
            tree = find_tree(island, tree_id)
            return _Way(tree, island.revision, at, begin(tree))
        place = read_place(island, tree_id, token=request.token, key=self._key, now=at)
        tree = self._tree_of(entry, tree_id, place.revision)
        walked = (
            walk_back(tree, place) if request.back else walk(tree, place, choice=request.choice, value=request.value)
        )
        return _Way(tree, place.revision, hour_from(island, place, at), walked)

    def _tree_of(self, entry: PopEntry, tree_id: str, revision: int) -> Tree:
        island = entry.island
        if revision == island.revision:
            return find_tree(island, tree_id)
        tree = self._walked.get((island.name, revision, tree_id))
        if tree is None:
            text = f"token was made for revision {revision}, the island is revision {island.revision}"
            raise RefusedError(f"{text}, expected the one from the last step", reason=Reason.TOKEN_INVALID)
        return tree

    def _step_response(self, entry: PopEntry, way: _Way, now: datetime, channel: ChannelClass) -> TreeResponse:
        tree, revision, issued, walked = way
        step, island, threshold = walked.step, entry.island, self._remembered.threshold(entry, now, channel)
        return TreeResponse(
            outcome=Outcome.CLARIFY,
            reason=Reason.TREE,
            island=str(island.name),
            revision=revision,
            tree=tree.id,
            step=step.id,
            say=step.say,
            labels=tuple(option.label for option in step.options),
            asks=_asked(step.ask) if step.ask else None,
            is_wrong_value=walked.is_wrong_value,
            token=token_at(island, tree, walked, revision=revision, key=self._key, issued=issued),
            can_go_back=bool(walked.choices),
            target_precision=threshold.confidence,
            threshold_why=threshold.why,
            answerable_share=threshold.share,
        )


def _served(name: IslandName, slot: PopSlot, status: IslandStatus) -> PopEntry:
    """The entry of an island that may be served. Raises `RefusedError` with the reason why it may not."""
    resolution = open_question(Author.VIEWER, status)
    if resolution is not None or slot.entry is None:
        reason = resolution.reason if resolution else Reason.ISLAND_UNKNOWN
        state = "not open yet" if reason is Reason.ISLAND_NOT_OPEN else status.state.value
        raise RefusedError(f"island '{name}' is {state}, expected one that is served", reason=reason)
    return slot.entry


def _asked(question: TypedQuestion) -> AskedValue:
    return AskedValue(
        name=question.name,
        kind=question.kind,
        hint=question.hint,
        pattern=pattern_of(question),
        personal=question.personal,
    )


def _end_now(step: TreeStep, entry: PopEntry) -> TreeStep:
    """The end of a tree in the revision that is in force.

    If that has no such answer for viewers, people answer; if it has no such lane, those of the default lane.
    """
    snippet = entry.snippets.get(step.snippet)
    if step.lane and has_lane(entry.island, step.lane):
        return step
    if snippet is not None and snippet.automation is Automation.ANSWER:
        return step
    return msgspec.structs.replace(step, snippet="", lane=entry.island.default_lane)


def _end_response(
    entry: PopEntry, tree: Tree, walked: Walked, concluded: Concluded, wanted: Sequence[str]
) -> TreeResponse:
    step, decision = walked.step, concluded.conclusion.decision
    answer = approved(entry, step.snippet, wanted).document if decision.outcome is Outcome.ANSWER else None
    return TreeResponse(
        outcome=decision.outcome,
        reason=decision.reason,
        island=str(entry.island.name),
        revision=entry.island.revision,
        tree=tree.id,
        step=step.id,
        say=step.say,
        answer=answer.answer if answer else None,
        provenance=provenance_of(entry, step.snippet, wanted) if answer else None,
        signed=signed_answer(entry, step.snippet, wanted) if answer else None,
        language_note=language_note(answer.locale, wanted) if answer else msgspec.UNSET,
        ticket=concluded.ticket_id,
        ticket_token=concluded.ticket_token,
        lane=decision.lane if concluded.ticket_id else None,
        wait_s=decision.wait_s,
        queue_place=decision.queue_place,
        target_precision=concluded.conclusion.threshold,
        threshold_why=concluded.conclusion.why,
        answerable_share=concluded.conclusion.share,
        receipt=concluded.receipt,
        leaf=concluded.leaf or msgspec.UNSET,
    )
