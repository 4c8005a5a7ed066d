"""`desk.toml` of a desk's home: which tenants' people work at Chatwoot or Zammad.

    [relays.northwind]
    kind = "chatwoot"
    url = "https://chat.internal"
    token_file = "chatwoot.token"
    account = 3
    inbox = 7

Paths count from the file. Secrets are in files of their own, and may be replaced while the desk runs.
"""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec

from edge.config import is_loopback_host
from edge.errors import ConfigError
from edge.host import read_line, read_token
from edge.host.watched import WatchedFile
from edge.records import NAME_PATTERN

FILE_NAME = "desk.toml"

_NAME = re.compile(NAME_PATTERN)
_NEEDED = {"chatwoot": ("account", "inbox"), "zammad": ("group", "customer")}

_Positive = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class RelaySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[relays.TENANT]`: the desk behind this one at which the tenant's people work."""

    kind: Literal["chatwoot", "zammad"]
    url: str
    """Address of that desk, `https://…`; `http://…` on this machine only."""
    token_file: str
    """File with the access token of an agent there."""
    account: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Kind chatwoot: number of the account."""
    inbox: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Kind chatwoot: number of an inbox of the type API."""
    group: str = ""
    """Kind zammad: the group that gets the tickets."""
    customer: str = ""
    """Kind zammad: e-mail address of the customer under whom viewers' tickets are filed."""
    webhook_secret_files: tuple[str, ...] = ()
    """Files with the secrets with which that desk signs its webhooks. Empty: webhooks are refused, and replies come by
    the look at the conversations alone.
    """
    agents: Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None = None
    """How many people are at work there, for the load that PoPs get. None: as many as that desk says are online.
    Zammad does not say it: without this there is no load.
    """
    timeout_s: _Positive = 10.0
    """Time for handing on one ticket, and for each request of a look."""
    look_s: _Positive = 30.0
    """Time between two looks at the open conversations."""

    @property
    def desk(self) -> str:
        """Which desk it is: numbers of conversations are good for this one alone."""
        url = self.url.rstrip("/")
        return f"chatwoot {url} {self.account}" if self.kind == "chatwoot" else f"zammad {url}"


class _DeskFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    relays: dict[str, RelaySettings] = {}


class RelayFiles(NamedTuple):
    """The settings of one tenant's relay, and its secrets, which are never shown or logged."""

    settings: RelaySettings
    token: WatchedFile[str]
    webhook_secrets: WatchedFile[list[str]]


def read_relays(home: Path) -> dict[str, RelayFiles]:
    """The relays of a desk by tenant; none without `desk.toml`. Blocks.

    Raises `ConfigError`: its text names the file and the fault, and what to do.
    """
    path = home / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; look at it with: ls -l {path}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 at byte {error.start}; save it as UTF-8: $EDITOR {path}") from error
    rerun = f"fix it: $EDITOR {path}"
    try:
        relays = msgspec.convert(tomllib.loads(text), _DeskFile).relays
        for tenant, settings in relays.items():
            _check(tenant, settings)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}; {rerun}") from error
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}; {rerun}") from error
    return {tenant: _files(tenant, settings, path.absolute().parent) for tenant, settings in relays.items()}


def _check(tenant: str, settings: RelaySettings) -> None:
    """Check the rules that types cannot express. Raises `ValidationError`."""
    at = f"`$.relays.{tenant[:64]}`"
    if _NAME.fullmatch(tenant) is None:
        raise msgspec.ValidationError(f"the name is no tenant's, expected letters, digits and inner '-' - at {at}")
    for field in _NEEDED[settings.kind]:
        if not getattr(settings, field):
            raise msgspec.ValidationError(f"kind {settings.kind!r} needs `{field}` - at {at}")
    try:
        parts = urlsplit(settings.url)
        host, login = parts.hostname or "", parts.username
    except ValueError:
        host, login = "", None
    # What was found is not shown: it may hold a password.
    is_sound = parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(host)) if host else False
    if not is_sound or login is not None or parts.query or parts.fragment:
        raise msgspec.ValidationError(
            f"`url` is no address of a desk, expected https://HOST without login and query - at {at}"
        )


def _files(tenant: str, settings: RelaySettings, folder: Path) -> RelayFiles:
    token = folder / settings.token_file
    secrets = tuple(folder / name for name in settings.webhook_secret_files)
    advice = "write the access token of an agent there"
    return RelayFiles(
        settings,
        WatchedFile(f"relays.{tenant}.token_file", token, read=lambda: read_token(token, advice=advice)),
        WatchedFile(
            f"relays.{tenant}.webhook_secret_files", *secrets, read=lambda: [_secret(path) for path in secrets]
        ),
    )


def _secret(path: Path) -> str:
    look, put = f"look at it with: ls -l {path}", f"put it there: $EDITOR {path}"
    return read_line(path, what=f"the secret {path}", advice=look, if_empty=put)
