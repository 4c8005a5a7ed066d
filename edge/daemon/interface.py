"""Makes the parts that viewers, desks and operators reach over HTTP."""

from collections.abc import Callable
from typing import NamedTuple

from edge.daemon.api import (
    Callers,
    DeskRoutes,
    FeedbackRoutes,
    HttpApp,
    PopScreen,
    ViewerRoutes,
    WebhookRoutes,
)
from edge.daemon.ask import Answerer, Concluder, Judge, Overload, TreeWalker
from edge.daemon.handoff import Handoff
from edge.daemon.people import DeskTokens, LoadReports, Remembered
from edge.daemon.sync import PopShelf
from edge.daemon.tally import Tally
from edge.daemon.telemetry import LoopLag
from edge.daemon.wiring import Dependencies
from edge.records import TenantKeys


class Asking(NamedTuple):
    """The parts that decide questions, typed or by buttons."""

    answerer: Answerer
    walker: TreeWalker
    overload: Overload


def make_asking(
    deps: Dependencies,
    *,
    shelf: Callable[[], PopShelf],
    remembered: Remembered,
    handoff: Handoff,
    tally: Tally,
    lag: LoopLag,
) -> Asking:
    """The parts that decide questions."""
    config, startup, metrics, clock = deps.config, deps.startup, deps.metrics, deps.clock
    judge = Judge(startup.triage, executor=deps.threads.triage, config=config.triage, metrics=metrics)
    overload = Overload(
        config=config.overload, judge=judge, lag_s=lambda: lag.lag_s, urgent_lanes=config.tickets.urgent_lanes
    )
    concluder = Concluder(
        config=config,
        handoff=handoff,
        remembered=remembered,
        overload=overload,
        tally=tally,
        token_key=startup.token_key,
        metrics=metrics,
        model=startup.triage.model,
    )
    pop = config.pop.name
    return Asking(
        Answerer(
            pop=pop,
            model=startup.triage.model,
            judge=judge,
            overload=overload,
            concluder=concluder,
            shelf=shelf,
            now=clock,
        ),
        TreeWalker(
            pop=pop, concluder=concluder, remembered=remembered, shelf=shelf, token_key=startup.token_key, now=clock
        ),
        overload,
    )


def make_app(
    deps: Dependencies,
    *,
    shelf: Callable[[], PopShelf],
    remembered: Remembered,
    asking: Asking,
    tokens: DeskTokens,
    load_reports: LoadReports,
    handoff: Handoff,
    tally: Tally,
    keys: Callable[[], list[TenantKeys]],
) -> HttpApp:
    """The HTTP interface, with everything that a request needs."""
    config, startup, metrics, clock = deps.config, deps.startup, deps.metrics, deps.clock
    metrics.watch_shelf(shelf, clock)
    webhooks = WebhookRoutes(
        config=config,
        secrets=startup.secrets,
        handoff=handoff,
        on_resolved=remembered.sessions.resolve,
        metrics=metrics,
        tally=tally,
    )
    viewer = ViewerRoutes(
        callers=Callers(), answerer=asking.answerer, walker=asking.walker, token_key=startup.token_key
    )
    return HttpApp(
        config=config,
        remembered=remembered,
        shelf=shelf,
        more=(
            *webhooks.routes,
            *FeedbackRoutes(tally=tally, tokens=tokens, now=clock).routes,
            *DeskRoutes(sessions=remembered.sessions, load_reports=load_reports, tokens=tokens).routes,
            *viewer.routes,
        ),
        metrics=metrics,
        keys=keys,
        model=startup.triage.model,
        now=clock,
    )


def make_screen(deps: Dependencies, asking: Asking, *, in_flight: Callable[[], int]) -> PopScreen:
    """What is answered before a request reaches the app."""
    return PopScreen(
        config=deps.config.overload,
        answerer=asking.answerer,
        overload=asking.overload,
        metrics=deps.metrics,
        in_flight=in_flight,
        is_signed=lambda _authorization: False,
        cors=lambda _origin: b"",
    )
