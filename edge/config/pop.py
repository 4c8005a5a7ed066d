"""Everything that `skerry pop serve` is told, and this PoP's own part of it."""

from pathlib import Path

import msgspec

from edge.config.islands import FleetSection, IslandsSection, NatsSection, PublisherSection
from edge.config.people import OriginSection, OutboxSection, PeopleSection, StatsSection, TicketsSection
from edge.records import Count, PopName, Port, Positive


class PopSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who this PoP is and where it keeps what must survive."""

    name: PopName
    state_dir: str


class HttpSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The PoP's own server."""

    host: str = "127.0.0.1"
    port: Port = 8080
    max_body_bytes: Count = 16_384
    """A question is at most 2,000 characters; four bytes each and the fields around it fit twice."""
    stop_grace_s: Positive = 5.0
    cors_origins: tuple[str, ...] = ("*",)
    """Pages that may read snippets; they are public and carry their own signature."""


class TriageSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of the machine questions may take."""

    threads: Count = 2
    """Questions encoded at once; each takes one core for about a millisecond."""
    max_queue: Count = 256
    """Questions that may wait for a thread; the next is escalated as `overloaded` (about 0.2 s at 2 threads)."""
    max_cached_verdicts: Count = 4_096
    """Verdicts remembered; about 1 KiB each. An event's viewers ask far fewer different things at a time."""
    models_dir: str = ""
    """Folder of another encoder and acceptor; empty: the ones that came with Skerry."""


class PopConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything `skerry pop serve` is told."""

    pop: PopSection
    http: HttpSection = HttpSection()
    publisher: PublisherSection
    nats: NatsSection | None = None
    islands: IslandsSection = IslandsSection()
    fleet: FleetSection = FleetSection()
    triage: TriageSection = TriageSection()
    people: PeopleSection = PeopleSection()
    outbox: OutboxSection = OutboxSection()
    tickets: TicketsSection = TicketsSection()
    stats: StatsSection = StatsSection()
    origin: OriginSection
    folder: Path = Path()
    """The configuration file's own folder; not a setting."""

    def path(self, text: str) -> Path:
        """A path of the configuration, relative to its file."""
        return self.folder / text

    @property
    def state_dir(self) -> Path:
        """Where the verified store and the outbox lie."""
        return self.path(self.pop.state_dir)
