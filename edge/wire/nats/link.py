"""One connection to NATS, from connecting until something about it is wrong. Needs `skerry[nats]`.

nats-py's own reconnecting is switched off. It waits a fixed time, so a fleet would return together; it spins without a
pause while no server is there and it may try for ever (2.16); and after it, errors of the server and what was missed
in between are easily overlooked. Here a connection that ends is over: its user connects again with full jitter,
and reads what is newest each time.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import nats.errors
from nats.aio.client import Client

from edge.errors import UnreachableError
from edge.wire.nats.account import NatsAccount

CONNECT_S = 10.0
"""For TCP, TLS and log-in together, over all servers."""

CLOSE_S = 0.5


class NatsLink:
    """A client, and the first thing that went wrong with its connection."""

    def __init__(self, account: NatsAccount) -> None:
        self.client = Client()
        self.stirred = asyncio.Event()
        """Set when the connection is over; its reader also sets it when something has arrived."""
        self.is_over = False
        self._account = account
        self._why = ""

    async def connect(self) -> None:
        """Raises `UnreachableError` when no server lets us in."""
        account = self._account
        try:
            async with asyncio.timeout(CONNECT_S):
                await self.client.connect(
                    list(account.servers),
                    name=account.name,
                    tls=account.tls,
                    nkeys_seed_str=account.seed,
                    inbox_prefix=f"_INBOX.{account.name}",
                    error_cb=self._note_error,
                    closed_cb=self._note_closed,
                    allow_reconnect=False,
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                )
        except (nats.errors.Error, OSError, TimeoutError) as error:
            raise self.fault(error) from error
        except Exception as error:
            # A server's first words come in the clear, from anybody who answers, and nats-py (2.16) trusts their form.
            self._why = self._why or f"the server's first words are no NATS ({type(error).__name__})"
            raise self.fault() from error
        # nats-py (2.16) speaks TLS only where the server says so, and anybody between may say that it does not.
        if account.wants_tls and not getattr(self.client, "_server_info", {}).get("tls_required"):
            self._why = self._why or "spoke without TLS, expected it at tls://"
            raise self.fault()

    def fault(self, error: BaseException | None = None) -> UnreachableError:
        """What to raise: what the server said, else `error`."""
        return UnreachableError(f"{self._account.shown}: {self._why or _said(error) or 'the connection was closed'}")

    async def close(self) -> None:
        """Close the connection, in any state. Idempotent."""
        # On a line that went dead, closing waits half a minute for TLS to say goodbye.
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self.client.close()
        _drop_socket(self.client)

    async def _note_error(self, error: Exception) -> None:
        """Permission errors and slow consumers surface only here. Any of them ends the connection."""
        self._why = self._why or _said(error)
        await self._note_closed()

    async def _note_closed(self) -> None:
        self.is_over = True
        self.stirred.set()


@contextlib.asynccontextmanager
async def nats_link(account: NatsAccount) -> AsyncIterator[NatsLink]:
    """A connection for the length of the block; what NATS raises in it becomes `UnreachableError`."""
    link = NatsLink(account)
    try:
        await link.connect()
        yield link
    except (nats.errors.Error, OSError) as error:
        raise link.fault(error) from error
    finally:
        await link.close()


def _drop_socket(client: Client) -> None:
    """nats-py (2.16) closes only what it put over the socket; where TLS got no goodbye, that leaves the socket open."""
    writer = getattr(getattr(client, "_transport", None), "_bare_io_writer", None)
    if writer is not None:
        writer.transport.abort()


def _said(error: BaseException | None) -> str:
    text = str(error or "").removeprefix("nats: ")
    return text or (type(error).__name__ if error is not None else "")
