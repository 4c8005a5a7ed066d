"""A PoP's configuration: one TOML file, checked whole before anything is touched.

Relative paths are relative to the configuration file. Every wait and every bound of the daemon stands here, with the
reason for its default.
"""

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

from edge.errors import ConfigError

Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
PopName = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")]
"""A DNS label, as every name of Skerry's (`edge.records.name`): it is a file name at the publisher."""
Probability = Annotated[float, msgspec.Meta(gt=0, lt=1)]
SUBJECT = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"
"""A NATS subject without wildcards (docs.nats.io, "Subject-Based Messaging")."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

ASSETS = Path(__file__).parent / "assets"
"""Where the wheel carries `models/` and `islands/`; a checkout has them at its top instead."""


class PopSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who this PoP is and where it keeps what must survive."""

    name: PopName
    state: str


class HttpSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The PoP's own server."""

    host: str = "127.0.0.1"
    port: Port = 8080
    body_max_bytes: Count = 16_384
    """A question is at most 2,000 characters; four bytes each and the fields around it fit twice."""
    stop_grace_s: Positive = 5.0
    cors_origins: tuple[str, ...] = ("*",)
    """Pages that may read snippets; they are public and carry their own signature."""


class PublisherSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where islands come from, and the root of trust that decides whether they are believed."""

    url: str
    trusted_root: str
    token_file: str = ""
    """A file with the token that the publisher issued for this PoP; empty: the publisher wants none."""
    ca_file: str = ""
    """PEM file of the authority that signed the publisher's certificate; empty: those that the system trusts."""
    poll_s: Positive = 300.0
    """A lost notice costs at most this long; waits are fully jittered over it."""
    first_poll_s: Positive = 5.0
    """The same for the first poll: a fleet that starts together asks one by one. Until then there is the push."""
    request_timeout_s: Positive = 10.0
    push_idle_s: Positive = 60.0
    """Four missed heartbeats at the publisher's default of 15 s."""
    reconnect_cap_s: Positive = 15.0
    island_max_bytes: Count = 4_194_304
    timestamp_life_max_s: Positive = 900.0
    """For how long a publisher signs a timestamp, at most; its own default is 600. Bounds a clock that is behind."""


class NatsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Notices by NATS in place of the publisher's own stream; files still come from `publisher.url`."""

    servers: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """`tls://host:4222`, tried in any order."""
    nkey_file: str = ""
    """A file with this PoP's NKEY seed; empty: the server asks for none."""
    ca_file: str = ""
    """PEM file of the authority behind the servers' certificates; empty: those that the system trusts."""
    subject: str = "skerry"
    stream: str = "SKERRY"
    domain: str = ""
    """The JetStream domain that keeps the stream; behind a leaf node, the hub's."""


class FleetSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What this PoP tells its publisher of itself."""

    post: bool = True
    every_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 30.0
    """A PoP is called silent after three times this; each post is about 200 bytes an island."""
    spread_s: Annotated[float, msgspec.Meta(ge=0)] = 0.25
    """A change is posted within this long, jittered, so that a thousand PoPs do not post at once."""
    timeout_s: Positive = 10.0


class IslandsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which islands this PoP serves, and without which it is not ready."""

    serve: tuple[str, ...] = ("*/*",)
    required: tuple[str, ...] = ()

    def wants(self, name: str) -> bool:
        """Whether `tenant/island` is to be served here."""
        return name in self.required or any(fnmatchcase(name, pattern) for pattern in self.serve)

    def wants_tenant(self, tenant: str) -> bool:
        """Whether any island of `tenant` could be served here."""
        heads = (pattern.partition("/")[0] for pattern in (*self.serve, *self.required))
        return any(fnmatchcase(tenant, head) for head in heads)


class TriageSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of the machine questions may take."""

    threads: Count = 2
    """Questions encoded at once; each takes one core for about a millisecond."""
    waiting_max: Count = 256
    """Questions that may wait for a thread; the next is escalated as `overloaded` (about 0.2 s at 2 threads)."""
    cache_entries: Count = 4_096
    """Verdicts remembered; about 1 KiB each. An event's viewers ask far fewer different things at a time."""
    models: str = ""
    """Folder of another encoder and acceptor; empty: the ones that came with Skerry."""


class PeopleSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose reports of people's load are believed, and how many sessions are remembered."""

    tokens_file: str = ""
    """Lines of a tenant (or `*`) and its desk's token, for its owner only (0600); empty: nobody is believed."""
    sessions_remembered: Count = 16_384
    """Who asked longest ago is forgotten first; about 0.3 KiB each."""


class OutboxSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much may wait for origin. When full, escalations are refused (503), telemetry drops its oldest."""

    tickets_max: Count = 100_000
    bytes_max: Count = 536_870_912
    """100,000 tickets of 5 kB."""
    age_max_s: Positive = 86_400.0
    """A PoP whose oldest ticket has waited a day promises no more viewers that people will answer."""
    telemetry_bytes_max: Count = 16_777_216
    telemetry_age_max_s: Positive = 3_600.0
    urgent_lanes: tuple[str, ...] = ("safety", "fraud")
    """Lanes whose tickets leave before all others."""
    urgent_deadline_s: Positive = 120.0
    deadline_s: Positive = 900.0
    """When a person should have looked at a ticket; a stream or drop is over in an hour."""


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
    subject: Annotated[str, msgspec.Meta(pattern=SUBJECT)] = "skerry.tickets"
    stream: str = "SKERRY_TICKETS"
    """nats: tickets go to `<subject>.<tenant>.<lane>`, and count as delivered when this JetStream stream has them."""
    nkey_file: str = ""
    ca_file: str = ""
    """nats: as in `[nats]`."""
    load_subject: Annotated[str, msgspec.Meta(pattern=f"{SUBJECT}|^$")] = ""
    """nats: desks report their people's load on `<load_subject>.<tenant>`; empty: not by NATS."""
    callback_secret_files: tuple[str, ...] = ()
    """What the desk signs its callbacks with; none: callbacks are refused."""
    timeout_s: Positive = 10.0
    parallel: Count = 8
    retry_base_s: Positive = 0.5
    retry_cap_s: Positive = 60.0
    failures_max: Count = 5
    """Failures in a row after which this origin is left alone for a while."""
    refusals_max: Count = 3
    """How often origin may refuse one ticket (400, 413, 422) before it is held for an operator."""


class OriginSection(OriginSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where tickets go, and which tenants have an origin of their own."""

    tenants: dict[str, OriginSettings] = {}


class PopConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything `skerry serve` is told."""

    pop: PopSection
    http: HttpSection = HttpSection()
    publisher: PublisherSection
    nats: NatsSection | None = None
    islands: IslandsSection = IslandsSection()
    fleet: FleetSection = FleetSection()
    triage: TriageSection = TriageSection()
    people: PeopleSection = PeopleSection()
    outbox: OutboxSection = OutboxSection()
    origin: OriginSection
    folder: Path = Path()
    """The configuration file's own folder; not a setting."""

    def path(self, text: str) -> Path:
        """A path of the configuration, relative to its file."""
        return self.folder / text

    @property
    def state_dir(self) -> Path:
        """Where the verified store and the outbox lie."""
        return self.path(self.pop.state)


T = TypeVar("T")


def read_pop_config(path: Path) -> PopConfig:
    """The configuration in `path`; raises `ConfigError` that names the file, the fault and what to run."""
    rerun = f"mend it, then run: skerry serve --config {path}"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; a starter is written by: skerry keys init") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 at byte {error.start}; {rerun}") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}; {rerun}") from error
    try:
        if "folder" in document:
            raise msgspec.ValidationError("Object contains unknown field `folder`")
        config = msgspec.convert(document, PopConfig)
        _check_urls(config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}; {rerun}") from error
    return msgspec.structs.replace(config, folder=path.resolve().parent)


def _check_urls(config: PopConfig) -> None:
    origins = {"origin": config.origin, **{f"origin.tenants.{n}": o for n, o in config.origin.tenants.items()}}
    urls = {"publisher": config.publisher.url, **{place: origin.url for place, origin in origins.items()}}
    nats = {place for place, origin in origins.items() if origin.kind == "nats"}
    for place, url in urls.items():
        schemes = ("nats", "tls") if place in nats else ("http", "https")
        for parts in map(urlsplit, url.split(",") if place in nats else [url]):
            if parts.scheme not in schemes or not parts.hostname:
                wanted = " or ".join(f"{scheme}://…" for scheme in schemes)
                raise msgspec.ValidationError(f"found {url!r}, expected {wanted} - at `$.{place}.url`")
    for place, origin in origins.items():
        for field in _NEEDED[origin.kind]:
            if not getattr(origin, field):
                raise msgspec.ValidationError(f"an origin of kind '{origin.kind}' needs `{field}` - at `$.{place}`")
        if origin.load_subject and not config.people.tokens_file:
            raise msgspec.ValidationError(f"`load_subject` needs `$.people.tokens_file` - at `$.{place}`")
    section = config.publisher
    parts = urlsplit(section.url)
    if section.token_file and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise msgspec.ValidationError(
            f"found {section.url!r}, expected https://… so that nobody overhears the token - at `$.publisher.url`"
        )


_NEEDED: dict[str, tuple[str, ...]] = {
    "http": (),
    "webhook": ("secret_files",),
    "chatwoot": ("token_file", "account", "inbox"),
    "zammad": ("token_file", "group", "customer"),
    "nats": ("stream",),
}


def asset_folder(name: str) -> Path:
    """`models` or `islands`, as carried by the wheel or lying at the top of a checkout."""
    carried = ASSETS / name
    return carried if carried.is_dir() else Path(__file__).parent.parent / name


def model_files(names: Iterable[str], folder: Path | None = None) -> dict[str, bytes]:
    """Files below `models/` by their path there; a missing one is a `ConfigError`."""
    root = folder or asset_folder("models")
    try:
        return {name: (root / name).read_bytes() for name in names}
    except OSError as error:
        raise ConfigError(
            f"cannot read the model file {error.filename}: {error.strerror}; reinstall with: pip install skerry"
        ) from error
