"""All settings of `skerry pop serve`, and the sections about this PoP itself."""

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from edge.config.callers import SessionsSection, TrustedIngests, is_loopback_host
from edge.config.islands import FleetSection, IslandsSection, NatsSection, PublisherSection
from edge.config.ledger import LedgerSection, RetentionSection, WitnessSection
from edge.config.limits import LimitsSection
from edge.config.overload import OverloadSection
from edge.config.people import OriginSection, OutboxSection, PeopleSection, StatsSection, TicketsSection
from edge.records import NAME_PATTERN, Count, PopName, Port, Positive

_TENANT = re.compile(NAME_PATTERN)


class PopSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The name of this PoP, and the folder for what must survive a restart."""

    name: PopName
    """Name of this PoP in tickets, statuses and response headers. Each PoP of a fleet needs its own."""
    state_dir: str
    """Folder for verified islands, tickets that wait, and counts. Only one process may use it at a time."""


class HttpSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The HTTP server of this PoP."""

    host: Annotated[str, msgspec.Meta(min_length=1)] | Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = (
        "127.0.0.1"
    )
    """Address to listen on, or a list of them, such as `["127.0.0.1", "::1"]`. The default is reached from this machine
    only: a front server there does TLS.
    """
    port: Port = 8080
    """Port to listen on. 0 takes any free port; it is printed at the start."""
    unix_socket: str = ""
    """Unix socket to listen on as well, such as `/run/skerry/pop.sock`, for a server or an ingest on this machine. Its
    group may connect, too (mode 0660). Empty: none.
    """
    max_body_bytes: Count = 16_384
    """Larger requests are refused with 413. A question has at most 2,000 characters; at four bytes each, it fits twice
    with the fields around it.
    """
    max_header_bytes: Annotated[int, msgspec.Meta(ge=1_024, le=262_144)] = 16_384
    """Request line and headers of one request. Larger ones are refused with 431."""
    max_connections: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Connections open at once. For one more, the connection is closed whose next request was waited for longest.
    0: as many as this process may have open files, less 128 for its own, and at most 65,536.
    """
    header_timeout_s: Positive = 5.0
    """Time from the first byte of a request to the end of its headers. Slower ones are ended with 408."""
    body_timeout_s: Positive = 5.0
    """Time from the end of a request's headers to the end of its body. Slower ones are ended with 408."""
    idle_timeout_s: Positive = 75.0
    """A connection without a request is closed after this time."""
    stop_grace_s: Positive = 5.0
    """Time for requests that are being answered when the PoP is stopped. The systemd unit allows 20 s for all of it."""
    cors_origins: tuple[str, ...] = ("*",)
    """Web origins, such as `https://www.example.com`, whose pages may use viewers' routes. `*` means every page, which
    is the default: answers are public, and no page gets a cookie or another page's token.
    """
    trusted_ingests: TrustedIngests = TrustedIngests()
    """Who may name a session in the body of a request: `trusted_ingests = { networks = ["127.0.0.0/8", "::1/128"],
    tokens_file = "", unix_socket = false }`. Empty: nobody.
    """
    trusted_proxies: tuple[str, ...] = ()
    """Networks of the front servers whose `Forwarded` or `X-Forwarded-For` header is believed. Each of them must set or
    extend that header. A request from such an address is never trusted as an ingest for its address.
    """

    max_streams: Count = 5_000
    """Event streams of tickets open at once, at most 16 KiB each. Beyond it a viewer gets 503 and has to poll."""
    stream_heartbeat_s: Positive = 15.0
    """Time without an event after which a stream sends a comment, so that no proxy closes it as idle."""
    max_repeats: Count = 2_048
    """Responses remembered for requests with an `Idempotency-Key`, about 4 KiB each. The oldest is forgotten first."""

    @property
    def trusts_loopback(self) -> bool:
        """True if an ingest on this machine may be trusted for its address: nobody else can connect from it."""
        return not self.trusted_proxies and all(is_loopback_host(host) for host in self.hosts)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every address to listen on."""
        return (self.host,) if isinstance(self.host, str) else self.host


class TriageSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much processor time and memory questions may take."""

    threads: Count = 2
    """Questions that triage works on at the same time. Each takes one core for about a millisecond."""
    max_queue: Count = 256
    """Questions in triage at once, waiting ones included. While there are so many, questions that need triage are
    refused with 503 (see `[overload]`). The last in a full queue waits about 0.2 s at 2 threads.
    """
    max_cached_verdicts: Count = 4_096
    """Verdicts remembered, about 1 KiB each. Viewers of one event ask far fewer different questions at a time."""
    models_dir: str = ""
    """Folder with another encoder and acceptor. Empty: the ones that come with Skerry."""
    languages: Literal["island", "multilingual"] = "island"
    """`island`: questions in other languages than the island's go to people. `multilingual`: a second model, which the
    package `skerry_languages` brings, looks for likely snippets, which the viewer is offered. It takes 53 MiB from the
    first such question on, 30 MiB more while it is loaded, and about 7 ms for each.
    """


class PopConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of `skerry pop serve`, one field for each section of `pop.toml`.

    `[pop]`, `[publisher]` and `[origin]` must be given. The others have defaults.
    """

    pop: PopSection
    http: HttpSection = HttpSection()
    publisher: PublisherSection
    nats: NatsSection | None = None
    """Left out: the publisher's own push stream is used."""
    islands: IslandsSection = IslandsSection()
    fleet: FleetSection = FleetSection()
    triage: TriageSection = TriageSection()
    overload: OverloadSection = OverloadSection()
    limits: LimitsSection = LimitsSection()
    sessions: SessionsSection = SessionsSection()
    people: PeopleSection = PeopleSection()
    outbox: OutboxSection = OutboxSection()
    tickets: TicketsSection = TicketsSection()
    stats: StatsSection = StatsSection()
    ledger: LedgerSection = LedgerSection()
    retention: RetentionSection = RetentionSection()
    witness: WitnessSection = WitnessSection()
    origin: OriginSection
    folder: Path = Path()
    """Folder of the configuration file. Not a setting: `read_pop_config` fills it in."""

    def path(self, text: str) -> Path:
        """A path from the configuration; a relative one begins at the configuration file's folder."""
        return self.folder / text

    def optional_path(self, text: str) -> Path | None:
        """As `path`; None for a setting that is left empty."""
        return self.path(text) if text else None

    def named_tenants(self) -> frozenset[str]:
        """Tenants that the configuration names: with an origin of their own, or before the slash of a pattern.

        A wildcard names nobody. `*/*` says which islands are served, and does not make every name a tenant.
        """
        patterns = (*self.islands.serve, *self.islands.required)
        heads = {pattern.partition("/")[0] for pattern in patterns}
        return frozenset(head for head in heads | set(self.origin.tenants) if _TENANT.fullmatch(head))

    @property
    def state_dir(self) -> Path:
        """Folder of the verified store, the outbox and the tally."""
        return self.path(self.pop.state_dir)
