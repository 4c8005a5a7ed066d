"""Where tickets go, how many may wait, whose word about people is taken, and what a contact costs."""

from typing import Annotated, Literal

import msgspec

from edge.records import SUBJECT_PATTERN, Count, Positive, Prices


class PeopleSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose reports of people's load are believed, and how many sessions are remembered."""

    desk_tokens_file: str = ""
    """Lines of a tenant (or `*`) and its desk's token, for its owner only (0600); empty: nobody is believed."""
    max_sessions: Count = 16_384
    """Who asked longest ago is forgotten first; about 0.3 KiB each."""


class OutboxSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much may wait for origin. When full, escalations are refused (503), telemetry drops its oldest."""

    max_tickets: Count = 100_000
    max_bytes: Count = 536_870_912
    """100,000 tickets of 5 kB."""
    max_age_s: Positive = 86_400.0
    """A PoP whose oldest ticket has waited a day promises no more viewers that people will answer."""
    max_telemetry_bytes: Count = 16_777_216
    max_telemetry_age_s: Positive = 3_600.0


class TicketsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a person should have looked at a ticket, and which tickets go first."""

    urgent_lanes: tuple[str, ...] = ("safety", "fraud")
    """Lanes whose tickets leave before all others."""
    urgent_deadline_s: Positive = 120.0
    deadline_s: Positive = 900.0
    """A stream or drop is over in an hour."""


class OriginSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place where tickets go. Secrets stand in files of their own, one in each."""

    url: str
    """nats: one address, or several with commas between."""
    kind: Literal["http", "webhook", "chatwoot", "zammad", "nats"] = "http"
    secret_files: tuple[str, ...] = ()
    """webhook: whsec_ or whsk_; every one of them signs, so that they can be rotated."""
    token_file: str = ""
    """chatwoot, zammad: an agent's or bot's access token."""
    account: Annotated[int, msgspec.Meta(ge=0)] = 0
    inbox: Annotated[int, msgspec.Meta(ge=0)] = 0
    """chatwoot: numbers of the account and of an inbox of type API."""
    group: str = ""
    customer: str = ""
    """zammad: the group that gets the tickets, and the e-mail address under which viewers' tickets are kept."""
    subject: Annotated[str, msgspec.Meta(pattern=SUBJECT_PATTERN)] = "skerry.tickets"
    stream: str = "SKERRY_TICKETS"
    """nats: tickets go to `<subject>.<tenant>.<lane>`, and count as delivered when this JetStream stream has them."""
    nkey_file: str = ""
    ca_file: str = ""
    """nats: as in `[nats]`."""
    load_subject: Annotated[str, msgspec.Meta(pattern=f"{SUBJECT_PATTERN}|^$")] = ""
    """nats: desks report their people's load on `<load_subject>.<tenant>`; empty: not by NATS."""
    webhook_secret_files: tuple[str, ...] = ()
    """What the desk signs its webhooks with; none: its webhooks are refused."""
    timeout_s: Positive = 10.0
    max_parallel: Count = 8
    retry_base_s: Positive = 0.5
    max_retry_delay_s: Positive = 60.0
    breaker_failures: Count = 5
    """Failures in a row after which this origin is left alone for a while."""
    max_refusals: Count = 3
    """How often origin may refuse one ticket (400, 413, 422) before it becomes a dead letter."""


class OriginSection(OriginSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where tickets go, and which tenants have an origin of their own."""

    tenants: dict[str, OriginSettings] = {}


class StatsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is counted, how long it is kept, and what a contact costs. Names and figures: `edge.tally`."""

    contact_window_s: Annotated[float, msgspec.Meta(gt=0, le=604_800)] = 14_400.0
    """A second question within it is a second contact. Longer than a drop; session ids seldom outlive four hours."""
    max_feedback_age_s: Annotated[float, msgspec.Meta(gt=0)] = 604_800.0
    """Feedback on an older decision is refused: until then it is remembered who has said what."""
    keep_days: Count = 35
    """Five weeks, so that a week can be compared with the same week of the month before."""
    max_counts: Count = 500_000
    """Some 50 MB; then the oldest hours go. An event of 50 snippets adds about 500 an hour."""
    max_contacts: Count = 100_000
    """Sessions within the window; the oldest are forgotten without having counted, which the report says."""
    max_feedback: Count = 500_000
    """Statements remembered, some 40 MB; more are refused."""
    flush_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 1.0
    """A process that is killed loses the statistics, and nothing else, of so long."""
    prices: Prices | None = None
    """None: there are no costs."""

    @property
    def keep_s(self) -> float:
        """The same as `keep_days`."""
        return self.keep_days * 86_400.0
