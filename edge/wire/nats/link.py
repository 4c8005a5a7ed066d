"""One connection to NATS, until its first error. Needs `skerry[nats]`.

nats-py's own reconnecting is switched off, for three reasons:

* it waits a fixed time, so all PoPs of a fleet would reconnect at once
* it retries without a pause while no server is there, if it may retry for ever (2.16)
* it hides errors of the server, and that messages were missed in between

Here a connection that has ended is not used again. Its user opens a new one, with full jitter, and reads the newest
state each time.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import nats.errors
from nats.aio.client import Client

from edge.errors import Cause, UnreachableError
from edge.foreign_words import one_line
from edge.wire.http import system_cause
from edge.wire.nats.account import NatsAccount

CONNECT_S = 10.0
"""Time for TCP, TLS and log-in together, over all servers.

nats-py gives each step two seconds by itself. A server to which a whole fleet returns needs longer for its greeting.
One who gives up then has cost it time in vain, and begins again behind all others.
"""

_MAX_TEXT_CHARACTERS = 200

CLOSE_S = 0.5
"""Time for closing."""


class NatsLink:
    """A NATS client, and the first error of its connection."""

    def __init__(self, account: NatsAccount) -> None:
        self.client = Client()
        self.wakeup = asyncio.Event()
        """Set when the connection has ended. Its user may also set it, for instance when a message arrives."""
        self.is_over = False
        """True once the connection has ended."""
        self._account = account
        self._reason, self._cause = "", Cause.UNNAMED

    async def connect(self) -> None:
        """Connect and log in. Raises `UnreachableError` if no server accepts us."""
        account, secrets = self._account, self._account.secrets()
        try:
            async with asyncio.timeout(CONNECT_S):
                await self.client.connect(
                    list(account.servers),
                    name=account.name,
                    tls=secrets.tls,
                    nkeys_seed_str=secrets.seed,
                    inbox_prefix=f"_INBOX.{account.name}",
                    error_cb=self._on_error,
                    closed_cb=self._on_closed,
                    connect_timeout=CONNECT_S,  # type: ignore[arg-type]
                    allow_reconnect=False,
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                )
        except (nats.errors.Error, OSError, TimeoutError) as error:
            raise self.fault(error) from error
        except Exception as error:
            # The greeting is sent before TLS, so anybody on the way can write it, and nats-py (2.16) does not check it.
            self._cause = Cause.STRANGE_ANSWER
            self._reason = self._reason or f"the server's greeting is not NATS ({type(error).__name__})"
            raise self.fault() from error
        # nats-py (2.16) uses TLS only if the greeting asks for it, so anybody on the way could switch it off.
        if account.wants_tls and not getattr(self.client, "_server_info", {}).get("tls_required"):
            self._cause = Cause.CERTIFICATE
            self._reason = self._reason or "the server does not use TLS, expected TLS for a tls:// address"
            raise self.fault()

    def fault(self, error: BaseException | None = None) -> UnreachableError:
        """The error to raise: it has the first error of the connection, or else `error`."""
        return UnreachableError(
            f"{self._account.label}: {self._reason or _error_text(error) or 'the connection was closed'}",
            cause=self._cause if self._reason else _cause(error),
        )

    async def close(self) -> None:
        """Close the connection, in any state. Idempotent."""
        # Without a limit, closing a dead connection waits half a minute for the end of TLS.
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self.client.close()
        _drop_socket(self.client)

    async def _on_error(self, error: Exception) -> None:
        """Nats-py reports permission errors and slow consumers only here. Any of them ends the connection."""
        if not self._reason:
            self._reason, self._cause = _error_text(error), _cause(error)
        await self._on_closed()

    async def _on_closed(self) -> None:
        self.is_over = True
        self.wakeup.set()


@contextlib.asynccontextmanager
async def nats_link(account: NatsAccount) -> AsyncIterator[NatsLink]:
    """An open connection for the block. Errors of NATS become `UnreachableError`, raised here or at the start."""
    link = NatsLink(account)
    try:
        await link.connect()
        yield link
    except (nats.errors.Error, OSError) as error:
        raise link.fault(error) from error
    finally:
        await link.close()


def _drop_socket(client: Client) -> None:
    """Close the socket itself. nats-py (2.16) leaves it open if TLS was not ended by both sides."""
    writer = getattr(getattr(client, "_transport", None), "_bare_io_writer", None)
    if writer is not None:
        writer.transport.abort()


def _error_text(error: BaseException | None) -> str:
    # Texts of nats-py are its own or the server's, which never has a seed. They may be of any length and form.
    text = one_line(str(error or "").removeprefix("nats: ")[:_MAX_TEXT_CHARACTERS])
    return text or (type(error).__name__ if error is not None else "")


def _cause(error: BaseException | None) -> Cause:
    if isinstance(error, TimeoutError):
        return Cause.SILENT
    if isinstance(error, OSError):
        return system_cause(error)
    if isinstance(error, nats.errors.AuthorizationError) or "authorization" in str(error).lower():
        return Cause.TOKEN_REFUSED
    return Cause.HUNG_UP if error is None else Cause.UNNAMED
