"""Makes the parts that viewers, desks and operators reach over HTTP."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from edge.daemon.answers import AnswerRoutes
from edge.daemon.api import (
    DeskRoutes,
    FeedbackRoutes,
    HttpApp,
    PopScreen,
    PostingRoutes,
    SessionRoutes,
    ViewerRoutes,
    WebhookRoutes,
)
from edge.daemon.asking import Asking
from edge.daemon.browser import Repeats
from edge.daemon.callers import Callers, EventNames, HeadLimits, Operators, with_own_secret
from edge.daemon.consenting import ConsentRoutes
from edge.daemon.desk import DeskInbox
from edge.daemon.fast_path import SnippetFastPath
from edge.daemon.handoff import Handoff
from edge.daemon.ledger import LedgerRoutes
from edge.daemon.merging import MergeRoutes, Merging
from edge.daemon.people import DeskTokens, LoadReports, Remembered
from edge.daemon.sync import PopShelf
from edge.daemon.tally import Tally
from edge.daemon.tickets import TicketRoutes, TicketStreams
from edge.daemon.upkeep import OutboxUpkeep
from edge.daemon.widget import OverlayRoutes
from edge.daemon.wiring import Dependencies
from edge.daemon.witnessing import cosigned_route
from edge.records import TenantKeys
from edge.trust import TrustedMetadata

if TYPE_CHECKING:
    from edge.daemon.languages import Languages


def make_languages(deps: Dependencies) -> "Languages | None":
    """The part that judges questions in other languages; None if the configuration does not say so."""
    if deps.config.triage.languages != "multilingual":
        return None
    # Here, so that a PoP that does not use it loads nothing of it.
    from edge.daemon.languages import Languages, open_languages

    return Languages(deps.threads.languages, open_languages)


def make_app(
    deps: Dependencies,
    *,
    shelf: Callable[[], PopShelf],
    remembered: Remembered,
    asking: Asking,
    callers: Callers,
    tokens: DeskTokens,
    load_reports: LoadReports,
    handoff: Handoff,
    inbox: DeskInbox,
    streams: TicketStreams,
    tally: Tally,
    keys: Callable[[], list[TenantKeys]],
    trust: Callable[[], TrustedMetadata],
    push: Callable[[], str],
    has_begun: Callable[[], bool],
    upkeep: OutboxUpkeep,
) -> HttpApp:
    """The HTTP interface, with everything that a request needs."""
    config, startup, metrics, clock = deps.config, deps.startup, deps.metrics, deps.clock
    metrics.watch_shelf(shelf, clock)
    startup.widget.prove_by(trust, clock)
    webhooks = WebhookRoutes(config=config, origins=startup.files.origins, inbox=inbox, metrics=metrics)
    operators = Operators(config=config, tokens=tokens)
    sessions = SessionRoutes(
        callers=callers, limiter=asking.limiter, life_s=config.sessions.life_s, shelf=shelf, now=clock
    )
    feedback = FeedbackRoutes(tally=tally, callers=callers, limiter=asking.limiter, operators=operators, now=clock)
    repeats = Repeats(token_key=startup.token_key, max_repeats=config.http.max_repeats)
    viewer = ViewerRoutes(
        callers=callers,
        limiter=asking.limiter,
        desk_tokens=tokens,
        repeats=repeats,
        answerer=asking.answerer,
        chooser=asking.chooser,
        walker=asking.walker,
        token_key=startup.token_key,
    )
    return HttpApp(
        config=config,
        operators=operators,
        remembered=remembered,
        shelf=shelf,
        more=(
            *webhooks.routes,
            *feedback.routes,
            *DeskRoutes(
                sessions=remembered.sessions,
                load_reports=load_reports,
                open_questions=remembered.open_questions,
                tokens=tokens,
                now=clock,
            ).routes,
            *PostingRoutes(intake=asking.intake, callers=callers, tokens=tokens).routes,
            *sessions.routes,
            *MergeRoutes(
                merging=Merging(
                    pop=config.pop.name,
                    handoff=handoff,
                    ledger=deps.ledger,
                    limiter=asking.limiter,
                    origin=config.origin,
                    shelf=shelf,
                    now=clock,
                ),
                tokens=tokens,
            ).routes,
            *viewer.routes,
            *AnswerRoutes(pop=config.pop.name, shelf=shelf, now=clock).routes,
            *ConsentRoutes(
                pop=config.pop.name,
                callers=callers,
                limiter=asking.limiter,
                consents=asking.consents,
                answerer=asking.answerer,
                repeats=repeats,
                shelf=shelf,
                now=clock,
            ).routes,
            *startup.widget.routes,
            *OverlayRoutes(integrity=startup.widget.integrity, shelf=shelf, keys=keys).routes,
            *LedgerRoutes(ledger=deps.ledger).routes,
            cosigned_route(deps.ledger, deps.config.state_dir),
            *TicketRoutes(handoff=handoff, streams=streams, token_key=startup.token_key).routes,
        ),
        on_shutdown=streams.close,
        outbox_status=handoff.gauges.status,
        ledger_state=deps.ledger.state,
        metrics=metrics,
        keys=keys,
        takes_tickets=lambda: upkeep.fault is None,
        model=startup.triage.model,
        now=clock,
        push=push,
        has_begun=has_begun,
    )


def make_callers(deps: Dependencies, tokens: DeskTokens, shelf: Callable[[], PopShelf]) -> Callers:
    """The part that knows who sent a request. Its keys follow the files."""
    files, token_key = deps.startup.files.callers, deps.startup.token_key
    keys = with_own_secret(files.keys, token_key)
    events = EventNames(shelf)
    callers = Callers(config=deps.config.http, keys=keys, desks=tokens, event_of=events.of, now=deps.clock)
    files.on_change(lambda keys: callers.renew(with_own_secret(keys, token_key)))
    return callers


def make_head_limits(deps: Dependencies, asking: Asking, callers: Callers, tokens: DeskTokens) -> HeadLimits:
    """The limits for which a request's head is enough."""
    return HeadLimits(
        callers=callers,
        limiter=asking.limiter,
        desks=tokens,
        token_key=deps.startup.token_key,
        now=lambda: deps.clock().timestamp(),
    )


def make_screen(deps: Dependencies, asking: Asking, limits: HeadLimits, *, in_flight: Callable[[], int]) -> PopScreen:
    """What is answered before a request reaches the app."""
    return PopScreen(
        config=deps.config.overload,
        answerer=asking.answerer,
        overload=asking.overload,
        metrics=deps.metrics,
        in_flight=in_flight,
        is_signed=limits.is_signed,
        limited=limits.refusal,
        cors_origins=deps.config.http.cors_origins,
    )


def make_fast_path(deps: Dependencies, limits: HeadLimits, shelf: Callable[[], PopShelf]) -> SnippetFastPath:
    """What is answered in front of the app, from bytes."""
    widget = deps.startup.widget
    return SnippetFastPath(
        config=deps.config, shelf=shelf, widget=widget, limits=limits, metrics=deps.metrics, now=deps.clock
    )
