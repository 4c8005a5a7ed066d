"""What goes over the network, and what comes back? Async, without a disk.

    publisher   files of the repository, pushes, a PoP's status
    desks       tickets to people, and desk events and load reports from them
    conversations  what people said and did in conversations at Chatwoot and Zammad
    nats        the same over NATS. Needs the extra `skerry[nats]`, except for `account`, and is imported only if used
    http        how HTTP errors, `Retry-After` and clocks of peers are read

Clients get an open `aiohttp.ClientSession` and keep no connection of their own; only those of NATS do. A client raises
`UnreachableError` if its peer does not answer as expected: connection refused or reset, no answer in time, a redirect,
or an HTML page in place of a file (the sign-in page of a captive network). This room limits the size of what it
receives, but does not verify it; `edge.trust` does.
"""

__all__ = ["conversations", "desks", "http", "nats", "publisher"]
