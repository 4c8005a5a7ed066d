"""What goes over the network, and what comes back? Async, no disk.

`publisher`: the repository's files, its pushes, a PoP's status. `desks`: tickets to people, and what they report.
`nats`: all of that over NATS; but for `account` it needs the extra `skerry[nats]` and is imported only where NATS is
configured. `http`: what HTTP itself says.

Every client but those of NATS is handed an open `aiohttp.ClientSession` and keeps no connection of its own. A peer that
does not answer as it should raises `UnreachableError`: refused, silent, reset, a redirect, an HTML page where a file
was expected (the sign-in page of a captive network). Nothing here believes what it receives; it only keeps it small.
"""

__all__ = ["desks", "http", "nats", "publisher"]
