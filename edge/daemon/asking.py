"""Makes the parts that decide questions, typed or by buttons."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from edge.daemon.ask import Answerer, Concluder, Judge, Overload
from edge.daemon.buttons import Chooser, TreeWalker, WhileWaiting
from edge.daemon.callers import with_own_secret
from edge.daemon.consents import Consents, MakeLeaf
from edge.daemon.handoff import Handoff
from edge.daemon.ledger import Ledger, consent_leaf, log_of
from edge.daemon.limits import Limiter
from edge.daemon.people import Remembered
from edge.daemon.posting import MessageIntake
from edge.daemon.sync import PopShelf
from edge.daemon.tally import Tally
from edge.daemon.telemetry import LoopLag
from edge.daemon.wiring import Dependencies
from edge.records import IslandName
from edge.records.consent import ConsentRecord
from edge.store.leaves import NewLeaf

if TYPE_CHECKING:
    from edge.daemon.languages import Languages


class Asking(NamedTuple):
    """The parts that decide questions, typed or by buttons."""

    answerer: Answerer
    chooser: Chooser
    walker: TreeWalker
    intake: MessageIntake
    overload: Overload
    limiter: Limiter
    consents: Consents


def make_asking(
    deps: Dependencies,
    *,
    shelf: Callable[[], PopShelf],
    remembered: Remembered,
    handoff: Handoff,
    tally: Tally,
    lag: LoopLag,
    former: Callable[[str], Sequence[str]],
    languages: "Languages | None" = None,
) -> Asking:
    """The parts that decide questions. `former`: the pseudonyms that a session had under other secrets."""
    config, startup, metrics, clock = deps.config, deps.startup, deps.metrics, deps.clock
    judge = Judge(startup.triage, executor=deps.threads.triage, config=config.triage, metrics=metrics)
    overload = Overload(
        config=config.overload, judge=judge, lag_s=lambda: lag.lag_s, urgent_lanes=config.tickets.urgent_lanes
    )
    limiter = Limiter(config.limits, metrics=metrics)
    keys = startup.files.callers
    consents = Consents(
        pop=config.pop.name,
        handoff=handoff,
        origin=config.origin,
        signer=startup.consent_signer,
        make_leaf=_make_leaf(deps.ledger, shelf),
        secrets=lambda: with_own_secret(keys.keys, startup.token_key).sessions.secrets,
        life_s=config.sessions.life_s,
        now=clock,
        former=former,
    )
    concluder = Concluder(
        config=config,
        limiter=limiter,
        handoff=handoff,
        consents=consents,
        remembered=remembered,
        overload=overload,
        tally=tally,
        ledger=deps.ledger,
        token_key=startup.token_key,
        metrics=metrics,
        model=startup.triage.model,
    )
    pop, suggest = config.pop.name, languages.suggest if languages is not None else None
    return Asking(
        Answerer(
            pop=pop,
            model=startup.triage.model,
            judge=judge,
            overload=overload,
            concluder=concluder,
            shelf=shelf,
            now=clock,
            named_tenants=config.named_tenants(),
            suggest=suggest,
        ),
        Chooser(
            pop=pop,
            model=startup.triage.model,
            judge=judge,
            overload=overload,
            concluder=concluder,
            tally=tally,
            while_waiting=WhileWaiting(
                pop=pop,
                handoff=handoff,
                remembered=remembered,
                tally=tally,
                ledger=deps.ledger,
                token_key=startup.token_key,
            ),
            shelf=shelf,
            token_key=startup.token_key,
            now=clock,
            suggest=suggest,
        ),
        TreeWalker(
            pop=pop, concluder=concluder, remembered=remembered, shelf=shelf, token_key=startup.token_key, now=clock
        ),
        MessageIntake(
            pop=pop,
            judge=judge,
            overload=overload,
            limiter=limiter,
            concluder=concluder,
            handoff=handoff,
            shelf=shelf,
            token_key=startup.token_key,
            now=clock,
            named_tenants=config.named_tenants(),
            suggest=suggest,
        ),
        overload,
        limiter,
        consents,
    )


def _make_leaf(ledger: Ledger, shelf: Callable[[], PopShelf]) -> MakeLeaf:
    """Makes the leaves of consent records, each for the log of its island's event."""

    def make_leaf(record: ConsentRecord, name: IslandName, session: str) -> NewLeaf:
        slot = shelf().get(name)
        event = log_of(str(name), slot.entry if slot else None, is_known=slot is not None)
        return consent_leaf(ledger, record, name, session, event=event)

    return make_leaf
