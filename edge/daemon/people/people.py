"""What a PoP remembers between questions: its desks' load, its islands' steering, who has which session.

All of it is bounded and none of it is on disk: after a restart the tenants' defaults are in force until a desk reports,
and people whose session it was are asked once more. What must not be lost, the tickets, is elsewhere.
"""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from edge.daemon.people.in_flight import InFlightTickets
from edge.daemon.people.open_tickets import OpenTickets
from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import FRESH, Asked, Load, Session, Steering, admit, after, cool_down, current, own, take_report
from edge.errors import Reason, RefusedError
from edge.host import RecentlyUsed, get_logger
from edge.records import AskRequest, Decision, IslandName, LoadReport, Outcome, Ticket, Verdict

EVERY_TENANT = "*"
"""A token for it may speak for all tenants."""

_SCHEME = "Bearer "


class People:
    """One PoP's view of the people behind it. Not for threads. `tokens`: whose desk each token belongs to."""

    def __init__(self, *, tokens: Mapping[str, str], remembered: int, metrics: Metrics) -> None:
        self._tokens, self._metrics = tokens, metrics
        self._loads: dict[str, Load] = {}
        self._steerings: dict[IslandName, Steering] = {}
        self._answers: dict[IslandName, tuple[str, Mapping[str, str]]] = {}
        self._sessions: RecentlyUsed[tuple[IslandName, str], Session] = RecentlyUsed(remembered)
        self._open, self._under_way = OpenTickets(remembered), InFlightTickets()
        self._posted: RecentlyUsed[tuple[IslandName, str, str], float] = RecentlyUsed(remembered)
        self._log = get_logger()

    @property
    def has_tokens(self) -> bool:
        """Whether any desk could be believed."""
        return bool(self._tokens)

    def authorise(self, header: str, tenant: str) -> None:
        """Raise `RefusedError` (`UNAUTHORISED`) unless `Authorization` holds a token of the tenant's desk."""
        given = header.removeprefix(_SCHEME) if header.startswith(_SCHEME) else ""
        # Every token is compared, each in constant time: how long it takes tells a stranger nothing.
        said = given.encode(errors="surrogateescape")
        owners = [owner for token, owner in self._tokens.items() if hmac.compare_digest(token.encode(), said)]
        if not {tenant, EVERY_TENANT} & set(owners):
            raise RefusedError("no token of this tenant's desk was given", reason=Reason.UNAUTHORISED)

    def take_report(self, report: LoadReport, now: datetime, *, seen: int = 0) -> None:
        """Believe a desk; raises `RefusedError` (`CONTRADICTORY`), and then what was believed before stays.

        What is still on its way to the desk is added, but for `seen`: tickets that it had when it spoke.
        """
        load = take_report(report, held=self._loads.get(report.tenant), now=now)
        ahead = self._under_way.of_all() if report.tenant == EVERY_TENANT else self._under_way.of(report.tenant)
        self._loads[report.tenant] = replace(load, sent=max(0, ahead.queued - seen), promised=ahead.promised)

    def wanted_precision(self, entry: PopEntry, now: datetime) -> float:
        """The threshold in force for an island."""
        moment = now.timestamp()
        steering = self._steering(entry, moment)
        changes = steering.control.changes
        precision = steering.wanted_precision(entry.island, self._load(entry.island.tenant, moment), moment)
        if steering.control.changes > changes:
            self._metrics.precision_changes.inc()
        return precision

    def incidents(self, entry: PopEntry, now: datetime) -> frozenset[str]:
        """The snippets of an island that people must answer now."""
        moment = now.timestamp()
        return self._steering(entry, moment).incidents(self._answers_of(entry), moment)

    def thresholds(self) -> list[float]:
        """Those in force, of every island that was asked lately enough to be remembered."""
        return [steering.control.precision for steering in self._steerings.values()]

    def judge(self, verdict: Verdict, entry: PopEntry, *, asked: Asked, now: datetime) -> Decision:
        """What to do about a judged question, with the threshold and the incidents in force."""
        moment, name = now.timestamp(), entry.island.name
        self.wanted_precision(entry, now)
        steering, answers = self._steering(entry, moment), self._answers_of(entry)
        began = steering.note(verdict, answers, moment)
        if began is not None:
            self._metrics.incidents.inc()
            self._log.warning("incident: asked far more than usual, people take it", island=str(name), snippet=began)
        load = self._load(name.tenant, moment)
        return steering.decide(verdict, entry.island, asked=asked, answers=answers, load=load, now=moment)

    def settle(
        self, request: AskRequest, decision: Decision, entry: PopEntry, *, asked: Asked, now: datetime
    ) -> Decision:
        """What becomes of the decision in this session, this chat and this queue. Nothing is remembered yet."""
        moment, island = now.timestamp(), entry.island
        if request.session:
            session = self._sessions.get((island.name, request.session)) or FRESH
            decision = own(session, decision, island, asked=asked, now=moment)
        posted = self._posted.get((island.name, request.channel, decision.snippet))
        decision = cool_down(decision, posted, island.sessions, asked=asked, now=moment)
        return admit(decision, self._load(island.tenant, moment), island.surge).decision

    def remember(self, request: AskRequest, decision: Decision, entry: PopEntry, now: datetime) -> None:
        """Take note of what was carried out: only once a ticket is durable is a session with people."""
        moment, island = now.timestamp(), entry.island
        if request.session:
            key = (island.name, request.session)
            session = after(self._sessions.get(key) or FRESH, decision, island.sessions, moment)
            self._sessions.put(key, session)
        if decision.outcome is Outcome.ANSWER:
            self._posted.put((island.name, request.channel, decision.snippet), moment)
        desk = island.tenant if island.tenant in self._loads else EVERY_TENANT
        load = self._loads.get(desk)
        if load is not None and decision.outcome is Outcome.ESCALATE:
            self._loads[desk] = load.called_back() if decision.reason is Reason.SURGE else load.queued()

    def hand_over(self, ticket: Ticket) -> None:
        """Take note of a durable ticket, whose session people may have from now on."""
        self._open.add(ticket)
        self._under_way.left(ticket)

    def arrived(self, ticket: bytes) -> None:
        """Take note that a ticket (JSON) left the outbox: the desk's next report counts it, or it never will."""
        self._under_way.arrived(ticket)

    def resolve(self, ticket: str) -> bool:
        """The desk is done with a ticket; whether that released its session. An unknown one is fine."""
        key = self._open.resolve(ticket)
        if key is None:
            return False
        self.release(*key)
        return True

    def release(self, name: IslandName, session: str) -> None:
        """People are done with a session; the machine may answer in it again. An unknown one is fine."""
        self._sessions.put((name, session), FRESH)
        self._open.forget((name, session))

    def _load(self, tenant: str, moment: float) -> Load | None:
        return current(self._loads.get(tenant) or self._loads.get(EVERY_TENANT), moment)

    def _steering(self, entry: PopEntry, moment: float) -> Steering:
        """Bounded by the islands that this PoP was ever sent."""
        name = entry.island.name
        if name not in self._steerings:
            self._steerings[name] = Steering(entry.island, moment)
        return self._steerings[name]

    def _answers_of(self, entry: PopEntry) -> Mapping[str, str]:
        name = entry.island.name
        held = self._answers.get(name)
        if held is None or held[0] != entry.sha256:
            held = (entry.sha256, {snippet: document.answer for snippet, document in entry.documents.items()})
            self._answers[name] = held
        return held[1]
