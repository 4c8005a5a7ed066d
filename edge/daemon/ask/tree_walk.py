"""Decision trees over HTTP: each request is one step, and its token says where the viewer is.

Nothing is remembered between two steps. The end of a tree is concluded like a question.
"""

import time
from collections.abc import Callable
from datetime import datetime

from edge.daemon.ask.concluder import Concluded, Concluder, OpenQuestion
from edge.daemon.ask.find import find_slot
from edge.daemon.ask.provenance import provenance
from edge.daemon.people import Remembered
from edge.daemon.sync import PopEntry, PopShelf
from edge.decide import Asked, TreeEnd, Walked, begin, find_tree, open_question, token_at, walk
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
        self, name: IslandName, tree_id: str, request: TreeRequest, *, asker: Asker = ANONYMOUS
    ) -> TreeResponse:
        """The first step for a request without a token, else the step that the choice leads to.

        A tree that ends with a lane escalates; that is durable on return. Raises `RefusedError` with the problem to
        send back: the reason why an island is not served, `NOT_FOUND` for an unknown tree, `TOKEN_INVALID`, `MALFORMED`
        for a choice that was not offered, `OVERLOADED` when the outbox is full. Raises `StorageError` when the outbox
        cannot write.
        """
        began, now, shelf = time.perf_counter(), self._now(), self._shelf()
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
            return self._step_response(entry, tree, walked, now)
        last_turn = AskRequest(island=str(name), text=walked.question, session=request.session, channel=request.channel)
        question = OpenQuestion(last_turn, slot, status, Asked(channel=request.channel), now, began, "", asker)
        concluded = await self._concluder.conclude(question, TreeEnd(walked.step))
        return _end_response(entry, tree, walked, concluded)

    def _walk(self, entry: PopEntry, tree: Tree, request: TreeRequest, now: datetime) -> Walked:
        if not request.token:
            return begin(tree)
        return walk(entry.island, tree, token=request.token, choice=request.choice, key=self._key, now=now.timestamp())

    def _step_response(self, entry: PopEntry, tree: Tree, walked: Walked, now: datetime) -> TreeResponse:
        step, island = walked.step, entry.island
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
            target_precision=self._remembered.threshold(entry, now),
        )


def _end_response(entry: PopEntry, tree: Tree, walked: Walked, concluded: Concluded) -> TreeResponse:
    step, decision, ticket = walked.step, concluded.conclusion.decision, concluded.ticket
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
        provenance=provenance(entry, step.snippet) if is_answer else None,
        ticket=ticket.id if ticket else None,
        lane=decision.lane if ticket else None,
        target_precision=concluded.conclusion.threshold,
        receipt=concluded.receipt,
    )
