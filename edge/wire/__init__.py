"""What goes over the network: the repository by HTTP, the publisher's pushes, tickets and statuses. Async, no disk.

What is named `nats_…`, but for `nats_account`, needs the extra `skerry[nats]` and is imported only where NATS is
configured. Every other client is handed an open `aiohttp.ClientSession` and keeps no connection of its own. A peer that
does not answer as it should raises `UnreachableError`: refused, silent, reset, a redirect, an HTML page where a file
was expected (the sign-in page of a captive network). Nothing here believes what it receives; it only keeps it small.
"""

__all__ = ["desks", "http", "nats", "publisher"]
