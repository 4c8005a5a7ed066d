"""Makes the parts of a PoP and hands each its dependencies. `edge.daemon.run` starts and stops them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from edge.config import PopConfig
from edge.daemon.admin import IslandAdmin, OutboxAdmin, PayloadAdmin
from edge.daemon.desk import DeskInbox, OwnDesks
from edge.daemon.follow import Follower
from edge.daemon.handoff import Handoff, OpenDesk, OutboxCommands
from edge.daemon.ledger import Ledger
from edge.daemon.merging import erase_merges
from edge.daemon.payloads import PayloadKeeper, ledger_with_payloads
from edge.daemon.people import InFlightTickets, LoadReports, Remembered, nothing_remembered
from edge.daemon.startup import Startup, Threads
from edge.daemon.status_reporter import StatusReporter
from edge.daemon.sync import PopClock, PopShelf, Syncer
from edge.daemon.tally import Tally, TrafficKeeper, asker_salt, traffic_of
from edge.daemon.telemetry import Metrics
from edge.daemon.tickets import TicketStreams, WaitEstimates
from edge.daemon.upkeep import OutboxUpkeep
from edge.daemon.upstream import Upstream
from edge.host.admin import AdminSocket
from edge.host.watched import FileWatch, reload_route
from edge.wire.desks import Origin
from edge.wire.publisher import RepositoryClient, StatusClient


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """Shared dependencies handed to every component."""

    config: PopConfig
    startup: Startup
    session: aiohttp.ClientSession
    upstream: Upstream
    threads: Threads
    watch: FileWatch
    metrics: Metrics
    ledger: Ledger
    payloads: PayloadKeeper
    clock: PopClock
    """The time, corrected by what signed metadata proves."""
    machine_now: Callable[[], datetime]
    """The time of the machine, uncorrected."""


def make_dependencies(
    config: PopConfig,
    startup: Startup,
    *,
    session: aiohttp.ClientSession,
    upstream: Upstream,
    threads: Threads,
    watch: FileWatch,
    now: Callable[[], datetime],
) -> Dependencies:
    """The shared dependencies. The clock is corrected at once by the stored timestamp."""
    metrics = Metrics()
    clock = PopClock(now, max_timestamp_lifetime_s=config.publisher.max_timestamp_lifetime_s, metrics=metrics)
    clock.prove(startup.trust.timestamp_expires)
    ledger, payloads = ledger_with_payloads(config, startup.outbox, threads, metrics=metrics, now=clock)
    return Dependencies(
        config=config,
        startup=startup,
        session=session,
        upstream=upstream,
        threads=threads,
        watch=watch,
        metrics=metrics,
        ledger=ledger,
        payloads=payloads,
        clock=clock,
        machine_now=now,
    )


def make_syncer(deps: Dependencies, *, on_step: Callable[[str], None]) -> Syncer:
    """The part that accepts islands. `on_step` is called with the name of each step, just after it."""
    startup, publisher = deps.startup, deps.config.publisher
    return Syncer(
        config=deps.config,
        trust=startup.trust,
        store=startup.store,
        triage=startup.triage,
        repository=RepositoryClient(
            deps.upstream.session,
            publisher.url,
            timeout_s=publisher.request_timeout_s,
            on_time=deps.clock.compare,
            via=deps.upstream.via,
        ),
        executor=deps.threads.sync,
        openers=deps.threads.opening,
        metrics=deps.metrics,
        now=deps.clock,
        shelf=startup.shelf,
        anchor=startup.anchor,
        on_step=on_step,
        on_timestamp=deps.clock.prove,
    )


def make_follower(deps: Dependencies, syncer: Syncer) -> Follower:
    """The part that calls the syncer at every push and poll."""
    upstream = deps.upstream
    return Follower(
        syncer=syncer,
        push=upstream.push,
        config=deps.config.publisher,
        metrics=deps.metrics,
        renew=upstream.renew,
    )


def make_tally(deps: Dependencies, remembered: Remembered, shelf: Callable[[], PopShelf]) -> Tally:
    """The part that counts outcomes, desk events and feedback."""
    return Tally(
        config=deps.config,
        store=deps.startup.tally,
        thread=deps.threads.tally,
        token_key=deps.startup.token_key,
        shelf=shelf,
        metrics=deps.metrics.tally,
        now=deps.clock,
        thresholds=remembered.steerings.thresholds,
    )


def make_remembered(deps: Dependencies) -> Remembered:
    """The memory between questions, empty but for the traffic of islands."""
    remembered = nothing_remembered(
        deps.metrics,
        sessions=deps.config.people.max_sessions,
        traffic=traffic_of(deps.startup.traffic, deps.clock()),
        salt=asker_salt(deps.startup.token_key),
    )
    steerings = remembered.steerings
    deps.metrics.watch_thresholds(
        lambda: [one for by_channel in steerings.thresholds().values() for one in by_channel.values()]
    )
    return remembered


def make_traffic_keeper(deps: Dependencies, remembered: Remembered) -> TrafficKeeper:
    """The part that keeps what thresholds follow."""
    return TrafficKeeper(
        deps.startup.traffic_file, deps.threads.tally, traffic=remembered.steerings.traffic, now=deps.clock
    )


def make_streams(deps: Dependencies, remembered: Remembered, shelf: Callable[[], PopShelf]) -> TicketStreams:
    """The part that tells viewers what becomes of their tickets."""
    http = deps.config.http
    estimates = WaitEstimates(remembered=remembered, shelf=shelf, now=deps.clock)
    streams = TicketStreams(wait=estimates.of, max_streams=http.max_streams, heartbeat_s=http.stream_heartbeat_s)
    deps.metrics.ticket_streams.set_function(lambda: len(streams))
    return streams


def make_handoff(
    deps: Dependencies,
    origins: Mapping[str, Origin],
    in_flight: InFlightTickets,
    streams: TicketStreams,
    shelf: Callable[[], PopShelf],
) -> Handoff:
    """The part that stores tickets and delivers them to their origins."""
    return Handoff(
        outbox=deps.startup.outbox,
        thread=deps.threads.outbox,
        origins=origins,
        config=deps.config.origin,
        tickets=deps.config.tickets,
        metrics=deps.metrics,
        tenants=lambda: len({*shelf().tenants, *deps.config.origin.tenants}),
        on_gone=in_flight.uncount,
        on_back=in_flight.recount,
        on_progress=streams.note_progress,
        steady=time.monotonic,
    )


def make_desks(
    deps: Dependencies, desks: Mapping[str, OpenDesk], inbox: DeskInbox, loads: LoadReports, remembered: Remembered
) -> OwnDesks:
    """The parts that speak with Skerry's own desk."""
    return OwnDesks(
        desks,
        config=deps.config,
        thread=deps.threads.tally,
        inbox=inbox,
        loads=loads,
        remembered=remembered,
        metrics=deps.metrics,
        now=deps.clock,
    )


def make_upkeep(deps: Dependencies) -> OutboxUpkeep:
    """The part that looks after the outbox's files."""
    return OutboxUpkeep(deps.startup.outbox, deps.threads.outbox, clock=deps.clock)


def make_admin(deps: Dependencies, syncer: Syncer, commands: OutboxCommands) -> AdminSocket:
    """The socket in the state folder, by which commands on this machine reach the PoP."""
    islands = IslandAdmin(syncer=syncer, now=deps.clock)
    reload = reload_route(deps.watch.look_at_all)
    outbox, in_outbox = deps.startup.outbox, deps.ledger.writer.in_outbox
    payloads = PayloadAdmin(deps.payloads, lambda asked: in_outbox(lambda: erase_merges(outbox, asked))).routes
    return AdminSocket(deps.config.state_dir, [*islands.routes, *OutboxAdmin(commands).routes, *payloads, reload])


def make_reporter(deps: Dependencies, syncer: Syncer) -> StatusReporter | None:
    """The part that posts this PoP's status to the publisher; None for a PoP without an identity."""
    config, identity, publisher = deps.config, deps.startup.identity, deps.config.publisher
    if identity is None:
        return None

    def trusted_versions() -> dict[str, int]:
        # `syncer.trust` is replaced when the root of trust is.
        return syncer.trust.versions()

    return StatusReporter(
        config=config,
        identity=identity,
        client=StatusClient(
            deps.upstream.session,
            publisher.url,
            pop=config.pop.name,
            public=identity.signer.public,
            timeout_s=config.fleet.timeout_s,
            via=deps.upstream.via,
        ),
        model=deps.startup.triage.model,
        shelf=lambda: syncer.shelf,
        versions=trusted_versions,
        ledger=deps.ledger.posted_state,
        metrics=deps.metrics,
        now=deps.clock,
        machine_now=deps.machine_now,
    )
