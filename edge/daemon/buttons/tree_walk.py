"""Decision trees over HTTP: each request is one step, and its token says where the viewer is.

Nothing is remembered between two steps. The end of a tree is concluded like a question.
"""

import time
from collections.abc import Callable
from datetime import datetime

from edge.daemon.ask import Concluded, Concluder, OpenQuestion, find_slot, provenance_of, signed_answer
from edge.daemon.people import Remembered
from edge.daemon.sync import PopEntry, PopShelf
from edge.decide import (
    Asked,
    ChannelClass,
    TreeEnd,
    Walked,
    begin,
    check_labels,
    class_of,
    find_tree,
    open_question,
    token_at,
    walk,
)
from edge.errors import Reason, RefusedError
from edge.records import AskRequest, Author, IslandName, Outcome, Tree, TreeRequest, TreeResponse
from edge.tokens import ANONYMOUS, Asker


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

    async def step(
        self,
        name: IslandName,
        tree_id: str,
        request: TreeRequest,
        *,
        asker: Asker = ANONYMOUS,
        ticket_id: str = "",
    ) -> TreeResponse:
        """The first step for a request without a token, else the step that the choice leads to.

        A tree that ends with a lane escalates; that is durable on return. `ticket_id` is the id for its ticket; empty:
        a new one. Raises `RefusedError` with the problem to send back: `TEXT_INVALID`, why an island is not served,
        `NOT_FOUND` for an unknown tree, `TOKEN_INVALID`, `MALFORMED` for a choice that was not offered, `OVERLOADED`
        when the outbox is full. Raises `StorageError` when the outbox cannot write.
        """
        began, now, shelf = time.perf_counter(), self._now(), self._shelf()
        check_labels(session=request.session, channel=request.channel)
        slot = find_slot(shelf, name).seen_by(request.session, pop=self._pop)
        status = shelf.status_of(slot, now)
        resolution, entry = open_question(Author.VIEWER, status), slot.entry
        if resolution is not None or entry is None:
            reason = resolution.reason if resolution else Reason.ISLAND_UNKNOWN
            state = "not open yet" if reason is Reason.ISLAND_NOT_OPEN else status.state.value
            raise RefusedError(f"island '{name}' is {state}, expected one that is served", reason=reason)
        tree = find_tree(entry.island, tree_id)
        walked = self._walk(entry, tree, request, now)
        if walked.step.options:
            return self._step_response(entry, tree, walked, now, class_of(request.channel))
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
        )
        concluded = await self._concluder.conclude(question, TreeEnd(walked.step))
        return _end_response(entry, tree, walked, concluded)

    def _walk(self, entry: PopEntry, tree: Tree, request: TreeRequest, now: datetime) -> Walked:
        if not request.token:
            return begin(tree)
        return walk(entry.island, tree, token=request.token, choice=request.choice, key=self._key, now=now.timestamp())

    def _step_response(
        self, entry: PopEntry, tree: Tree, walked: Walked, now: datetime, channel: ChannelClass
    ) -> TreeResponse:
        step, island, threshold = walked.step, entry.island, self._remembered.threshold(entry, now, channel)
        return TreeResponse(
            outcome=Outcome.CLARIFY,
            reason=Reason.TREE,
            island=str(island.name),
            revision=island.revision,
            tree=tree.id,
            step=step.id,
            say=step.say,
            labels=tuple(option.label for option in step.options),
            token=token_at(island, tree, step, key=self._key, now=now.timestamp()),
            target_precision=threshold.confidence,
            threshold_why=threshold.why,
            answerable_share=threshold.share,
        )


def _end_response(entry: PopEntry, tree: Tree, walked: Walked, concluded: Concluded) -> TreeResponse:
    step, decision = walked.step, concluded.conclusion.decision
    is_answer = decision.outcome is Outcome.ANSWER
    return TreeResponse(
        outcome=decision.outcome,
        reason=decision.reason,
        island=str(entry.island.name),
        revision=entry.island.revision,
        tree=tree.id,
        step=step.id,
        say=step.say,
        answer=entry.documents[step.snippet].answer if is_answer else None,
        provenance=provenance_of(entry, step.snippet) if is_answer else None,
        signed=signed_answer(entry, step.snippet) if is_answer else None,
        ticket=concluded.ticket_id,
        ticket_token=concluded.ticket_token,
        lane=decision.lane if concluded.ticket_id else None,
        wait_s=decision.wait_s,
        queue_place=decision.queue_place,
        target_precision=concluded.conclusion.threshold,
        threshold_why=concluded.conclusion.why,
        answerable_share=concluded.conclusion.share,
        receipt=concluded.receipt,
    )
