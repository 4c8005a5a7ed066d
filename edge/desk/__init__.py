"""How do people answer what PoPs hand over? The desk: one process, one SQLite file, one address for all PoPs.

A PoP never imports it. The rooms, from the bottom up:

    store   what people must not lose: tickets, replies, events for PoPs, the audit log
    access  who calls, and what may they see?
    live    what a running desk knows that its disk does not: who is there, what PoPs posted, who waits for news
    review  what filters found in an event's tickets
    relay   the way to people who work at Chatwoot or Zammad, and back
    pops    the routes for PoPs
    people  the routes for people
    pages   what a browser gets: the page on which people answer
    server  all of it as one process
"""

__all__ = ["access", "live", "pages", "people", "pops", "relay", "review", "server", "store"]
