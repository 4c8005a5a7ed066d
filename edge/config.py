"""A PoP's configuration: one TOML file, checked whole before anything is touched.

Relative paths are relative to the configuration file. Every wait and every bound of the daemon stands here, with the
reason for its default.
"""

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import msgspec

from edge.errors import ConfigError

Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Probability = Annotated[float, msgspec.Meta(gt=0, lt=1)]

ASSETS = Path(__file__).parent / "assets"
"""Where the wheel carries `models/` and `islands/`; a checkout has them at its top instead."""


class PopSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who this PoP is and where it keeps what must survive."""

    name: str
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
    poll_s: Positive = 300.0
    """A lost notice costs at most this long; waits are fully jittered over it."""
    request_timeout_s: Positive = 10.0
    push_idle_s: Positive = 60.0
    """Four missed heartbeats at the publisher's default of 15 s."""
    reconnect_cap_s: Positive = 15.0
    island_max_bytes: Count = 4_194_304


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


class OutboxSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many escalated questions may wait for origin."""

    tickets_max: Count = 100_000


class OriginSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where tickets go."""

    url: str
    timeout_s: Positive = 10.0
    parallel: Count = 8
    retry_base_s: Positive = 0.5
    retry_cap_s: Positive = 60.0


class PopConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything `skerry serve` is told."""

    pop: PopSection
    http: HttpSection = HttpSection()
    publisher: PublisherSection
    islands: IslandsSection = IslandsSection()
    triage: TriageSection = TriageSection()
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
    for field, url in (("publisher.url", config.publisher.url), ("origin.url", config.origin.url)):
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise msgspec.ValidationError(f"found {url!r}, expected http://… or https://… - at `$.{field}`")


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
