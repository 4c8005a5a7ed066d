"""Reads a PoP's configuration, and checks it whole before anything is touched."""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from edge.config.islands import PublisherSection
from edge.config.people import OriginSettings
from edge.config.pop import PopConfig
from edge.errors import ConfigError

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_TAKEN = frozenset({"", "default"})
"""What the default origin is called, here and in the path of its webhooks."""

_NEEDED: dict[str, tuple[str, ...]] = {
    "http": (),
    "webhook": ("secret_files",),
    "chatwoot": ("token_file", "account", "inbox"),
    "zammad": ("token_file", "group", "customer"),
    "nats": ("stream",),
}
"""What each kind of origin cannot do without."""


def read_pop_config(path: Path) -> PopConfig:
    """The configuration in `path`; raises `ConfigError` that names the file, the fault and what to run."""
    rerun = f"mend it, then run: skerry pop serve --config {path}"
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
        _check(config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}; {rerun}") from error
    return msgspec.structs.replace(config, folder=path.resolve().parent)


def _check(config: PopConfig) -> None:
    """What no single value shows; raises `ValidationError`."""
    origins = {"origin": config.origin, **{f"origin.tenants.{n}": o for n, o in config.origin.tenants.items()}}
    _check_publisher(config.publisher)
    for tenant in _TAKEN & config.origin.tenants.keys():
        raise msgspec.ValidationError(
            f"found {tenant!r}, expected another name than the default origin goes by - at `$.origin.tenants`"
        )
    for place, origin in origins.items():
        _check_origin(origin, place)
        if origin.load_subject and not config.people.desk_tokens_file:
            raise msgspec.ValidationError(f"`load_subject` needs `$.people.desk_tokens_file` - at `$.{place}`")


def _check_publisher(section: PublisherSection) -> None:
    _check_url(section.url, schemes=("http", "https"), place="publisher")
    parts = urlsplit(section.url)
    if section.token_file and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise msgspec.ValidationError(
            f"found {section.url!r}, expected https://… so that nobody overhears the token - at `$.publisher.url`"
        )


def _check_origin(origin: OriginSettings, place: str) -> None:
    if origin.kind == "nats":
        _check_url(*origin.url.split(","), schemes=("nats", "tls"), place=place)
    else:
        _check_url(origin.url, schemes=("http", "https"), place=place)
    for field in _NEEDED[origin.kind]:
        if not getattr(origin, field):
            raise msgspec.ValidationError(f"an origin of kind '{origin.kind}' needs `{field}` - at `$.{place}`")


def _check_url(*urls: str, schemes: tuple[str, ...], place: str) -> None:
    for url in urls:
        if not _is_url(url, schemes):
            wanted = " or ".join(f"{scheme}://…" for scheme in schemes)
            raise msgspec.ValidationError(f"found {','.join(urls)!r}, expected {wanted} - at `$.{place}.url`")


def _is_url(url: str, schemes: tuple[str, ...]) -> bool:
    """Whether anybody could be asked for there: what no resolver takes would be found out by the first ticket."""
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
