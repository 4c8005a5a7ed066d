"""Settings for the people behind the machine: desks, tickets on their way to them, and what is counted."""

from typing import Annotated, Literal

import msgspec

from edge.records import SUBJECT_PATTERN, Count, Positive, Prices


class PeopleSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which desks may say how busy their people are, and how many sessions are remembered."""

    desk_tokens_file: str = ""
    """File with one line for each tenant: the tenant's name (or `*` for all), a space, and its desk's token
    of 20 characters or more.

    Only its owner may read the file (`chmod 600`). Empty: no load report is believed, and only this machine may read
    `GET /v1/stats` and `GET /metrics`.
    """
    max_sessions: Count = 16_384
    """Sessions remembered in memory, about 0.3 KiB each. Each tenant may count on an equal share, and use what others
    leave free. Within a tenant the session that asked longest ago is forgotten first, those that people have last.
    """


class OutboxSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much may wait on this PoP's disk for an origin. Beyond the limits, new tickets are refused with 503."""

    max_tickets: Count = 100_000
    """Tickets that may wait, dead letters included."""
    max_bytes: Count = 536_870_912
    """Bytes of tickets that may wait. The default (512 MiB) has room for 100,000 tickets of 5 kB."""
    max_age_s: Positive = 86_400.0
    """If origin has taken nothing for longer than this while tickets of a tenant wait, new ones of that tenant are
    refused: no more of its viewers are promised an answer by people. Four new ones are let in all the same, so that
    an origin that is well can show it. Dead letters do not count.
    """
    tenant_share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    """Part of the outbox, in tickets and in bytes, that one tenant may use while this PoP serves several: what floods
    one tenant leaves room for the others. 1: all of it.
    """
    urgent_share: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.05
    """Part of the outbox that is kept free for tickets of safety, of fraud, and of `tickets.urgent_lanes`. Each tenant
    has an equal part of it, which nobody else can fill.
    """
    max_consents: Count = 200_000
    """Consent records that this PoP holds: those that wait for the desk, and those in force. Beyond it new consent is
    refused, and personal steps are left out. A withdrawal of a consent that this PoP knows, or that a token proves, is
    always taken. Of those that end no such consent it holds a twentieth of this number, and at least 100.
    """
    max_consent_bytes: Count = 67_108_864
    """Bytes of these records (64 MiB)."""
    max_telemetry_bytes: Count = 16_777_216
    """Bytes of telemetry that may wait. Beyond it the oldest is dropped. No telemetry is sent yet."""
    max_telemetry_age_s: Positive = 3_600.0
    """Telemetry that has waited longer than this is dropped. No telemetry is sent yet."""


class LaneSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many tickets the people of one lane can begin with."""

    admit_per_minute: Annotated[float, msgspec.Meta(gt=0)]
    """Tickets a minute of this lane that one tenant's desk gets from this PoP. Further ones are stored, and delivered
    at this pace. Their viewers are told their place, and how long the last tickets waited.
    """


class TicketsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a person should have looked at a ticket, and which tickets are delivered first."""

    urgent_lanes: tuple[str, ...] = ("safety", "fraud")
    """Lanes whose tickets are delivered before all others, as those of safety and fraud are in any lane."""
    urgent_deadline_s: Positive = 120.0
    """Time for people to look at a ticket of an urgent lane. It sets the ticket's `deadline`."""
    deadline_s: Positive = 900.0
    """Time for people to look at any other ticket. A stream or drop is over in an hour, so a quarter of an hour is
    still of use. Tickets are delivered in the order of their deadlines.
    """
    lanes: dict[str, LaneSettings] = {}
    """`[tickets.lanes.LANE]`: the pace of a lane. Safety, fraud and viewers who must get a person are never held back.
    A lane that is not listed holds nothing back.
    """


class OriginSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One address to which tickets are delivered. Each secret is in a file of its own."""

    url: str
    """Address of the desk, `https://…` or `http://…`. Kind nats: `tls://…` or `nats://…`, several with commas. Kind
    desk: the address alone, without a path.
    """
    kind: Literal["http", "webhook", "chatwoot", "zammad", "nats", "desk"] = "http"
    """How tickets are delivered. `http` posts each one as JSON; `webhook` does so by Standard Webhooks; `chatwoot` and
    `zammad` use the API of that desk; `nats` publishes to a JetStream stream; `desk` is Skerry's own desk, from which
    this PoP also fetches replies and load reports: it needs no webhook and no open port here.
    """
    secret_files: tuple[str, ...] = ()
    """Kind webhook: files with a secret (`whsec_…`) or a private key (`whsk_…`) each. Every one of them signs each
    ticket, so that a new one can be added before the old one is removed.
    """
    token_file: str = ""
    """Kinds chatwoot and zammad: file with the access token of an agent or a bot. Kind desk: file with this PoP's
    token, made with `skerry desk token --pop NAME`.
    """
    account: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Kind chatwoot: number of the account."""
    inbox: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Kind chatwoot: number of an inbox of the type API."""
    group: str = ""
    """Kind zammad: the group that gets the tickets."""
    customer: str = ""
    """Kind zammad: e-mail address of the customer under whom viewers' tickets are filed."""
    subject: Annotated[str, msgspec.Meta(pattern=SUBJECT_PATTERN)] = "skerry.tickets"
    """Kind nats: a ticket is published to `SUBJECT.TENANT.LANE`."""
    stream: str = "SKERRY_TICKETS"
    """Kind nats: JetStream stream of the desk. A ticket counts as delivered when this stream has acknowledged it."""
    nkey_file: str = ""
    """Kind nats: file with this PoP's NKEY seed. Empty: the server asks for none."""
    ca_file: str = ""
    """Kind nats: PEM file of the authority that signed the servers' certificates. Empty: the system's authorities."""
    load_subject: Annotated[str, msgspec.Meta(pattern=f"{SUBJECT_PATTERN}|^$")] = ""
    """Kind nats: desks report how busy their people are on `LOAD_SUBJECT.TENANT`. Empty: they do not use NATS for it.
    It needs `people.desk_tokens_file`.
    """
    webhook_secret_files: tuple[str, ...] = ()
    """Files with the secrets with which the desk signs its webhooks. Empty: its webhooks are refused."""
    proxy: str = ""
    """Forward proxy on the way to the desk, `http://HOST:PORT`, as in `[publisher]`. It needs an https `url`, unless
    that is on this machine: the proxy would read the tickets. Kind nats cannot use one.
    """
    proxy_login_file: str = ""
    """File with `USER:PASSWORD` for the forward proxy. Empty: it asks for none."""
    timeout_s: Positive = 10.0
    """Time for delivering one ticket, from connecting to origin's answer."""
    max_parallel: Count = 8
    """Tickets delivered at the same time."""
    retry_base_s: Positive = 0.5
    """Wait after the first failure. It doubles with each further failure, and is then drawn at random."""
    max_retry_delay_s: Positive = 60.0
    """Longest wait before the next try. An origin that is back gets its tickets within a minute."""
    breaker_failures: Count = 5
    """Failures in a row after which origin is left alone for a while. Then one ticket is tried: if it is delivered, all
    others follow.
    """
    max_refusals: Count = 3
    """A ticket that origin refused this often becomes a dead letter: `skerry outbox list`. A status of 4xx refuses a
    ticket if origin takes other tickets meanwhile.
    """


class OriginSection(OriginSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The default origin, and the origins of tenants that have their own."""

    tenants: dict[str, OriginSettings] = {}
    """`[origin.tenants.TENANT]`: the same settings for one tenant. Nothing is inherited from the default origin."""


class StatsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What this PoP counts for `skerry stats`, how long it keeps the counts, and what a contact costs."""

    contact_window_s: Annotated[float, msgspec.Meta(gt=0, le=604_800)] = 14_400.0
    """Questions of a session within this time after the first belong to one contact. Four hours are longer than a drop,
    and session ids seldom live longer.
    """
    max_feedback_age_s: Annotated[float, msgspec.Meta(gt=0)] = 604_800.0
    """Feedback on an older outcome is refused. Until then the PoP remembers who has given which feedback, so that it
    counts once.
    """
    keep_days: Count = 35
    """Days for which counts are kept. Five weeks let you compare a week with the same week of the month before."""
    max_counts: Count = 500_000
    """Counts kept on disk, about 50 MB. Beyond it the oldest hours are deleted. An event of 50 snippets adds about 500
    counts an hour.
    """
    max_contacts: Count = 100_000
    """Contacts that may be open at once. Beyond it the oldest are forgotten without being counted, and `skerry stats`
    says how many.
    """
    max_feedback: Count = 500_000
    """Pieces of feedback remembered, about 40 MB. Beyond it the oldest are forgotten, and would count a second time."""
    feedback_share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    """Part of `max_feedback` that one tenant may use while there is feedback for several. 1: all of it."""
    flush_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 1.0
    """Time between two writes of the counts to disk. A process that is killed loses the counts of this time only."""
    prices: Prices | None = None
    """What an answer and a ticket cost: `prices = { currency = "EUR", answer = 0.01, ticket = 3.80 }`. Left out:
    `skerry stats` shows no costs.
    """

    @property
    def keep_s(self) -> float:
        """`keep_days` in seconds."""
        return self.keep_days * 86_400.0
