"""Decision trees over HTTP: one step a request, nothing remembered between two."""

import time
from collections.abc import Callable
from datetime import datetime

from edge.daemon.ask.answerer import Answerer
from edge.daemon.ask.response import provenance
from edge.daemon.people import People
from edge.daemon.sync import PopEntry, PopShelf, PopSlot
from edge.decide import Asked, Walked, begin, by_state, find_tree, token_at, walk
from edge.errors import Reason, RefusedError
from edge.records import AskRequest, Decision, IslandName, Outcome, Tree, TreeRequest, TreeResponse, Urgency


class TreeWalker:
    """Walks viewers through their island's trees, and hands them over where a tree says so."""

    def __init__(
        self,
        *,
        asking: Answerer,
        people: People,
        shelf: Callable[[], PopShelf],
        token_key: bytes,
        now: Callable[[], datetime],
    ) -> None:
        self._asking, self._people, self._shelf = asking, people, shelf
        self._key, self._now = token_key, now

    async def step(self, name: IslandName, tree_id: str, request: TreeRequest) -> TreeResponse:
        """The first step, or the one that the choice leads to; a hand-over is durable when this returns.

        Raises `RefusedError`: an unserved island's reason, `NOT_FOUND`, `TOKEN_INVALID`, `MALFORMED` for a choice that
        was not offered, and what a full outbox raises.
        """
        began, now = time.perf_counter(), self._now()
        place, entry = self._find(name, request.session, now)
        tree = find_tree(entry.island, tree_id)
        if not request.token:
            walked = begin(tree)
        else:
            walked = walk(
                entry.island, tree, token=request.token, choice=request.choice, key=self._key, now=now.timestamp()
            )
        if walked.step.options:
            return self._question(entry, tree, walked, now)
        return await self._end(place, entry, tree, walked, request, began=began)

    def _question(self, entry: PopEntry, tree: Tree, walked: Walked, now: datetime) -> TreeResponse:
        step, island = walked.step, entry.island
        return TreeResponse(
            decision=Outcome.CLARIFY,
            reason=Reason.TREE,
            island=str(island.name),
            revision=island.revision,
            tree=tree.id,
            step=step.id,
            say=step.say,
            labels=tuple(option.label for option in step.options),
            token=token_at(island, tree, step, key=self._key, now=now.timestamp()),
            wanted_precision=self._people.wanted_precision(entry, now),
        )

    async def _end(
        self, place: PopSlot, entry: PopEntry, tree: Tree, walked: Walked, request: TreeRequest, *, began: float
    ) -> TreeResponse:
        island, step, now = entry.island, walked.step, self._now()
        said = AskRequest(island=str(island.name), text=walked.told, session=request.session, channel=request.channel)
        asked = Asked(channel=request.channel)
        decision = self._people.settle(said, self._decide(entry, walked, now), entry, asked=asked, now=now)
        ticket = None
        if decision.outcome is Outcome.ESCALATE:
            ticket = await self._asking.hand_over(said, place, decision, (), now)
        self._people.remember(said, decision, entry, now)
        status = place.status(now, fresh_until=self._shelf().fresh_until.get(island.tenant))
        self._asking.record(status, decision, None, ticket, took_s=time.perf_counter() - began)
        is_answer = decision.outcome is Outcome.ANSWER
        return TreeResponse(
            decision=decision.outcome,
            reason=decision.reason,
            island=str(island.name),
            revision=island.revision,
            tree=tree.id,
            step=step.id,
            say=step.say,
            answer=entry.documents[step.snippet].answer if is_answer else None,
            provenance=provenance(entry, step.snippet) if is_answer else None,
            ticket=ticket.id if ticket else None,
            lane=decision.lane if ticket else None,
            wanted_precision=self._people.wanted_precision(entry, now),
            receipt=self._asking.tally.decided(said, decision, ranked=(), ticket=ticket, now=now),
        )

    def _decide(self, entry: PopEntry, walked: Walked, now: datetime) -> Decision:
        step, island = walked.step, entry.island
        if step.lane:
            return Decision(outcome=Outcome.ESCALATE, reason=Reason.TREE, lane=step.lane, urgency=Urgency.PERSON)
        if step.snippet in self._people.incidents(entry, now):
            lane = entry.snippets[step.snippet].lane or island.default_lane
            urgency = Urgency.NEVER_DEFERRED
            return Decision(outcome=Outcome.ESCALATE, reason=Reason.INCIDENT, lane=lane, urgency=urgency)
        return Decision(outcome=Outcome.ANSWER, reason=Reason.TREE, snippet=step.snippet)

    def _find(self, name: IslandName, session: str, now: datetime) -> tuple[PopSlot, PopEntry]:
        shelf = self._shelf()
        place = self._asking.place(name, session, shelf)
        status = shelf.status_of(place, now)
        island = place.entry.island if place.entry else None
        early = by_state(status, island)
        if early is not None or place.entry is None:
            reason = early.reason if early else Reason.ISLAND_UNKNOWN
            raise RefusedError(
                f"island '{name}' is {status.state.value} and {status.phase or 'not here'}", reason=reason
            )
        return place, place.entry
