"""Reads a PoP's configuration file and checks it whole, before anything on the machine is touched."""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from edge.config.callers import SessionsSection, ingest_keys_of, networks_of
from edge.config.islands import PublisherSection
from edge.config.ledger import ArchivePlace
from edge.config.people import OriginSettings
from edge.config.pop import PopConfig
from edge.config.proxies import EXPECTED_PROXY, goes_directly, is_proxy_url
from edge.errors import ConfigError

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_DEFAULT_ORIGIN_NAMES = frozenset({"", "default"})
"""Names of the default origin: in the code, and in the path of its webhooks (`/v1/webhooks/default`)."""

_REQUIRED_FIELDS: dict[str, tuple[str, ...]] = {
    "http": (),
    "webhook": ("secret_files",),
    "chatwoot": ("token_file", "account", "inbox"),
    "zammad": ("token_file", "group", "customer"),
    "nats": ("stream",),
    "desk": ("token_file",),
}
"""Settings that must be given, in addition to `url`, by kind of origin."""

_PAGE = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?")
"""An origin in ASCII (RFC 6454, section 6.2): small letters, and nothing after host and port."""

_DEFAULT_PORT = re.compile(r"http://.*:80|https://.*:443")
"""Browsers leave these out."""


def read_pop_config(path: Path) -> PopConfig:
    """The configuration in `path`. Raises `ConfigError`: its text names the file, the fault and the command to run."""
    rerun = f"fix it, then run: skerry pop serve --config {path}"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}; write a starter with: skerry keys init --home DIR"
        ) from error
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
    # Not resolved: where a link leads to is found at each reading, because it may lead elsewhere by then, as in a
    # mounted volume of Kubernetes. Absolute, because a process may change its working directory.
    return msgspec.structs.replace(config, folder=path.absolute().parent)


def _check(config: PopConfig) -> None:
    """Check the rules that types cannot express. Raises `ValidationError`."""
    origins = {"origin": config.origin, **{f"origin.tenants.{n}": o for n, o in config.origin.tenants.items()}}
    _check_publisher(config.publisher)
    _check_archive(config)
    _check_ingest_keys(config.sessions)
    _check_pages(config.http.cors_origins)
    _check_networks(config.http.trusted_ingests.networks, "http.trusted_ingests.networks")
    _check_networks(config.http.trusted_proxies, "http.trusted_proxies")
    for tenant in _DEFAULT_ORIGIN_NAMES & config.origin.tenants.keys():
        raise msgspec.ValidationError(
            f"{tenant!r} is the default origin's name, expected a tenant's name - at `$.origin.tenants`"
        )
    desks: dict[object, str] = {}
    for path, origin in origins.items():
        _check_origin(origin, path)
        if origin.kind == "desk":
            _check_one_desk_once(origin, path, desks)
        if config.ledger.archive_place is ArchivePlace.DESK and origin.kind != "desk":
            text = f"found 'desk', and `$.{path}` is of kind '{origin.kind}', expected kind 'desk'"
            raise msgspec.ValidationError(f"{text} - at `$.ledger.archive`")
        if origin.load_subject and not config.people.desk_tokens_file:
            raise msgspec.ValidationError(f"`load_subject` needs `$.people.desk_tokens_file` - at `$.{path}`")


def _check_archive(config: PopConfig) -> None:
    """Refuse what would make a folder of an odd name, instead of what was meant."""
    text, place = config.ledger.archive, config.ledger.archive_place
    words = {ArchivePlace.PUBLISHER.value, ArchivePlace.DESK.value}
    if place is ArchivePlace.FOLDER and ("://" in text or text != text.strip() or text.strip().lower() in words):
        expected = "expected 'publisher', 'desk', the path of a folder, or nothing"
        raise msgspec.ValidationError(f"found {text[:64]!r}, {expected} - at `$.ledger.archive`")
    if place is ArchivePlace.PUBLISHER:
        _check_publisher_as_archive(config)


def _check_publisher_as_archive(config: PopConfig) -> None:
    """Refuse a publisher that does not know this PoP, or whose word that it has a log could be another's."""
    parts = urlsplit(config.publisher.url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        text = f"found {config.publisher.url!r}, expected https://… because `ledger.archive` is 'publisher'"
        raise msgspec.ValidationError(f"{text} - at `$.publisher.url`")
    if not config.fleet.enabled:
        text = "found 'publisher', which knows a PoP by the key of its status, expected `$.fleet.enabled` to be true"
        raise msgspec.ValidationError(f"{text} - at `$.ledger.archive`")


def _check_ingest_keys(section: SessionsSection) -> None:
    try:
        ingest_keys_of(section)
    except ValueError as error:
        raise msgspec.ValidationError(f"{error} - at `$.sessions.ingest_keys`") from error


def _check_pages(texts: tuple[str, ...]) -> None:
    for text in texts:
        # Compared with what a browser sends, so anything else would let nobody in, and nothing would say why.
        if text != "*" and (_PAGE.fullmatch(text) is None or _DEFAULT_PORT.fullmatch(text)):
            expected = "expected '*', or an origin as browsers send it, such as https://www.example.com"
            raise msgspec.ValidationError(f"found {text[:64]!r}, {expected} - at `$.http.cors_origins`")


def _check_networks(texts: tuple[str, ...], path: str) -> None:
    for text in texts:
        try:
            networks_of((text,))
        except ValueError as error:
            expected = "expected a network such as 10.2.0.0/16 without bits behind its mask"
            raise msgspec.ValidationError(f"found {text[:64]!r}, {expected} - at `$.{path}`") from error


def _check_publisher(section: PublisherSection) -> None:
    _check_url(section.url, schemes=("http", "https"), path="publisher")
    _check_proxy(section, "publisher")
    parts = urlsplit(section.url)
    if section.token_file and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise msgspec.ValidationError(
            f"found {section.url!r}, expected https://… because `token_file` is set - at `$.publisher.url`"
        )


def _check_proxy(section: PublisherSection | OriginSettings, path: str) -> None:
    # What was found is not shown: it may hold a password.
    if section.proxy and not is_proxy_url(section.proxy):
        text = f"{EXPECTED_PROXY}; a login belongs in the file of `proxy_login_file`"
        raise msgspec.ValidationError(f"{text} - at `$.{path}.proxy`")
    if section.proxy_login_file and not section.proxy:
        raise msgspec.ValidationError(f"`proxy_login_file` needs `proxy` - at `$.{path}`")


def _check_origin(origin: OriginSettings, path: str) -> None:
    if origin.kind == "nats":
        _check_url(*origin.url.split(","), schemes=("nats", "tls"), path=path)
        if origin.proxy:
            raise msgspec.ValidationError(f"NATS cannot use a forward proxy, expected none - at `$.{path}.proxy`")
    else:
        _check_url(origin.url, schemes=("http", "https"), path=path)
        parts = urlsplit(origin.url)
        if origin.kind == "desk" and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise msgspec.ValidationError(
                f"found {origin.url!r}, expected https://… because tickets and a token go there - at `$.{path}.url`"
            )
        if origin.proxy and parts.scheme != "https" and not goes_directly(origin.url):
            raise msgspec.ValidationError(
                f"found {origin.url!r}, expected https://… because a proxy would read tickets and tokens"
                f" - at `$.{path}.url`"
            )
    _check_proxy(origin, path)
    for field in _REQUIRED_FIELDS[origin.kind]:
        if not getattr(origin, field):
            raise msgspec.ValidationError(f"an origin of kind '{origin.kind}' needs `{field}` - at `$.{path}`")


def _check_one_desk_once(origin: OriginSettings, path: str, desks: dict[object, str]) -> None:
    """Refuse a desk that is another origin's, too: it counts one place in its events for each PoP.

    `desks` has the settings by the desk's address, and gets this one.
    """
    parts = urlsplit(origin.url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    first = desks.setdefault((parts.scheme, parts.hostname, port, parts.path.rstrip("/")), path)
    if first != path:
        raise msgspec.ValidationError(
            f"the desk of `$.{first}` is here again, expected another one, or no section: the desk has agents' tokens"
            f" by tenant, so the default origin is enough - at `$.{path}.url`"
        )


def _check_url(*urls: str, schemes: tuple[str, ...], path: str) -> None:
    for url in urls:
        if not _is_url(url, schemes):
            expected = " or ".join(f"{scheme}://…" for scheme in schemes)
            raise msgspec.ValidationError(f"found {','.join(urls)!r}, expected {expected} - at `$.{path}.url`")


def _is_url(url: str, schemes: tuple[str, ...]) -> bool:
    """True if `url` parses and its host is a valid IDNA name: checked here rather than by the first delivery."""
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
