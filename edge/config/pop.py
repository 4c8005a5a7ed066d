"""All settings of `skerry pop serve`, and the sections about this PoP itself."""

import re
from pathlib import Path

import msgspec

from edge.config.islands import FleetSection, IslandsSection, NatsSection, PublisherSection
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

    host: str = "127.0.0.1"
    """Address to listen on. The default is reached from this machine only: a front server there does TLS."""
    port: Port = 8080
    """Port to listen on. 0 takes any free port; it is printed at the start."""
    max_body_bytes: Count = 16_384
    """Larger requests are refused with 413. A question has at most 2,000 characters; at four bytes each, it fits twice
    with the fields around it.
    """
    stop_grace_s: Positive = 5.0
    """Time for requests that are being answered when the PoP is stopped. The systemd unit allows 20 s for all of it."""
    cors_origins: tuple[str, ...] = ("*",)
    """Web origins, such as `https://www.example.com`, whose pages may read snippets. `*` means every page, which is the
    default because snippets are public and each carries its own signature.
    """


class TriageSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much processor time and memory questions may take."""

    threads: Count = 2
    """Questions that triage works on at the same time. Each takes one core for about a millisecond."""
    max_queue: Count = 256
    """Questions in triage at once, waiting ones included. Further ones are escalated with the reason `overloaded`. The
    last in a full queue waits about 0.2 s at 2 threads.
    """
    max_cached_verdicts: Count = 4_096
    """Verdicts remembered, about 1 KiB each. Viewers of one event ask far fewer different questions at a time."""
    models_dir: str = ""
    """Folder with another encoder and acceptor. Empty: the ones that come with Skerry."""


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
    people: PeopleSection = PeopleSection()
    outbox: OutboxSection = OutboxSection()
    tickets: TicketsSection = TicketsSection()
    stats: StatsSection = StatsSection()
    origin: OriginSection
    folder: Path = Path()
    """Folder of the configuration file. Not a setting: `read_pop_config` fills it in."""

    def path(self, text: str) -> Path:
        """A path from the configuration; a relative one begins at the configuration file's folder."""
        return self.folder / text

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
