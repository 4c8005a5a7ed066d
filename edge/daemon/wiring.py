"""What a PoP is made of, and what each part is given.

No part knows how another is made; `edge.daemon.run` starts and stops them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from edge.config import PopConfig
from edge.daemon.api import DeskRoutes, FeedbackRoutes, HttpApp, ViewerRoutes, WebhookRoutes
from edge.daemon.ask import Answerer, Concluder, Judge, TreeWalker
from edge.daemon.handoff import Handoff
from edge.daemon.people import DeskLoads, DeskTokens, LoadReports, PostedAnswers, Remembered, Sessions, Steerings
from edge.daemon.startup import Startup, Threads
from edge.daemon.status_reporter import StatusReporter
from edge.daemon.sync import Follower, PopClock, PopShelf, Syncer
from edge.daemon.tally import Tally
from edge.daemon.telemetry import Metrics
from edge.daemon.upstream import Upstream
from edge.records import TenantKeys
from edge.wire.desks import Origin
from edge.wire.publisher import RepositoryClient, StatusClient


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """What all parts stand on."""

    config: PopConfig
    held: Startup
    session: aiohttp.ClientSession
    upstream: Upstream
    threads: Threads
    metrics: Metrics
    clock: PopClock
    """The time as far as it is proven; `machine_now` is what the machine says."""
    machine_now: Callable[[], datetime]


def make_ground(
    config: PopConfig,
    held: Startup,
    *,
    session: aiohttp.ClientSession,
    upstream: Upstream,
    threads: Threads,
    now: Callable[[], datetime],
) -> Dependencies:
    """The ground, with a clock that is not behind what the disk proves."""
    metrics = Metrics()
    clock = PopClock(now, timestamp_life_max_s=config.publisher.timestamp_life_max_s, metrics=metrics)
    clock.prove(held.trust.timestamp_expires)
    return Dependencies(
        config=config,
        held=held,
        session=session,
        upstream=upstream,
        threads=threads,
        metrics=metrics,
        clock=clock,
        machine_now=now,
    )


def make_syncer(ground: Dependencies, *, on_step: Callable[[str], None]) -> Syncer:
    """Takes islands; `on_step` hears each step just after it."""
    held, publisher = ground.held, ground.config.publisher
    return Syncer(
        config=ground.config,
        trust=held.trust,
        store=held.store,
        triage=held.triage,
        repository=RepositoryClient(
            ground.upstream.session,
            publisher.url,
            timeout_s=publisher.request_timeout_s,
            on_time=ground.clock.heard,
        ),
        executor=ground.threads.sync,
        openers=ground.threads.opening,
        metrics=ground.metrics,
        now=ground.clock,
        shelf=held.shelf,
        anchor=held.anchor,
        on_step=on_step,
        on_timestamp=ground.clock.prove,
    )


def make_following(ground: Dependencies, syncer: Syncer) -> Follower:
    """Tells the syncer when to look."""
    upstream = ground.upstream
    return Follower(
        syncer=syncer,
        push=upstream.push,
        config=ground.config.publisher,
        metrics=ground.metrics,
        renew=upstream.renew,
    )


def make_tally(ground: Dependencies, shelf: Callable[[], PopShelf]) -> Tally:
    """Counts what came of each decision."""
    return Tally(
        config=ground.config,
        store=ground.held.tally,
        thread=ground.threads.tally,
        token_key=ground.held.token_key,
        shelf=shelf,
        metrics=ground.metrics.tally,
        now=ground.clock,
    )


def make_remembered(ground: Dependencies) -> Remembered:
    """What is remembered between questions: nothing yet, as at every start."""
    sessions = ground.config.people.sessions_remembered
    steerings = Steerings(ground.metrics)
    ground.metrics.watch_thresholds(steerings.thresholds)
    return Remembered(Sessions(sessions), DeskLoads(), steerings, PostedAnswers(sessions))


def make_handoff(ground: Dependencies, origins: Mapping[str, Origin], loads: DeskLoads) -> Handoff:
    """Keeps tickets until their origin has them."""
    return Handoff(
        outbox=ground.held.outbox,
        thread=ground.threads.outbox,
        origins=origins,
        config=ground.config.origin,
        bounds=ground.config.outbox,
        metrics=ground.metrics,
        on_gone=loads.arrived,
    )


def make_app(
    ground: Dependencies,
    *,
    shelf: Callable[[], PopShelf],
    remembered: Remembered,
    tokens: DeskTokens,
    load_reports: LoadReports,
    handoff: Handoff,
    tally: Tally,
    keys: Callable[[], list[TenantKeys]],
) -> HttpApp:
    """The HTTP interface, over everything that a request can reach."""
    config, held, metrics, clock = ground.config, ground.held, ground.metrics, ground.clock
    metrics.watch_shelf(shelf, clock)
    concluder = Concluder(
        config=config,
        handoff=handoff,
        remembered=remembered,
        tally=tally,
        token_key=held.token_key,
        metrics=metrics,
        model=held.triage.model,
    )
    judge = Judge(held.triage, executor=ground.threads.triage, config=config.triage, metrics=metrics)
    pop, token_key = config.pop.name, held.token_key
    walker = TreeWalker(
        pop=pop, concluder=concluder, remembered=remembered, shelf=shelf, token_key=token_key, now=clock
    )
    webhooks = WebhookRoutes(
        config=config,
        secrets=held.secrets,
        handoff=handoff,
        on_resolved=remembered.sessions.resolve,
        metrics=metrics,
        tally=tally,
    )
    return HttpApp(
        config=config,
        answerer=Answerer(pop=pop, model=held.triage.model, judge=judge, concluder=concluder, shelf=shelf, now=clock),
        remembered=remembered,
        shelf=shelf,
        more=(
            *webhooks.routes,
            *FeedbackRoutes(tally=tally, tokens=tokens, now=clock).routes,
            *DeskRoutes(sessions=remembered.sessions, load_reports=load_reports, tokens=tokens).routes,
            *ViewerRoutes(walker=walker, token_key=token_key).routes,
        ),
        metrics=metrics,
        keys=keys,
        model=held.triage.model,
        now=clock,
    )


def make_reporter(ground: Dependencies, shelf: Callable[[], PopShelf]) -> StatusReporter | None:
    """Tells the publisher what is served here; None for a PoP without an identity."""
    config, identity, publisher = ground.config, ground.held.identity, ground.config.publisher
    if identity is None:
        return None
    return StatusReporter(
        config=config,
        identity=identity,
        client=StatusClient(
            ground.upstream.session,
            publisher.url,
            pop=config.pop.name,
            public=identity.signer.public,
            timeout_s=config.fleet.timeout_s,
        ),
        model=ground.held.triage.model,
        shelf=shelf,
        metrics=ground.metrics,
        now=ground.clock,
        machine_now=ground.machine_now,
    )
