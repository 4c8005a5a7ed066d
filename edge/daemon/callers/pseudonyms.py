"""Gives viewers whom an ingest named their pseudonyms. Nothing behind this file ever has such a name.

The pseudonym follows from secret, tenant, event and name (`edge/tokens/pseudonym.py`): all PoPs with the fleet's secret
make the same one, and remember nothing for it.
"""

from collections.abc import Callable
from typing import NamedTuple

from edge.daemon.sync import PopShelf
from edge.host import RecentlyUsed
from edge.records import IslandName
from edge.tokens import pseudonym_of, tenant_pseudonym_key

MAX_TENANTS = 1_024
"""Tenants whose keys are in memory."""

MAX_FORMER = 8_192
"""Viewers whose former pseudonyms are in memory, about 0.3 KiB each; none without a second secret."""

MAX_EVENTS = 1_024
"""Islands whose `event` is remembered when they are gone."""


class Event(NamedTuple):
    """Within it a viewer of an ingest has one pseudonym."""

    tenant: str
    name: str


class EventNames:
    """Of which event is an island? Belongs to the event loop."""

    def __init__(self, shelf: Callable[[], PopShelf]) -> None:
        self._shelf = shelf
        self._seen = shelf()
        self._known: dict[str, Event] = {}
        self._gone: RecentlyUsed[IslandName, str] = RecentlyUsed(MAX_EVENTS)

    def of(self, island: str) -> Event:
        """Tenant, and the signed `event` of the newest revision or else the island's own name.

        An island that was withdrawn keeps the event that it had, so that its viewers can still take back consent.
        """
        shelf = self._shelf()
        if shelf is not self._seen:
            # A shelf never changes: it is swapped.
            self._seen, self._known = shelf, {}
        known = self._known.get(island)
        if known is None:
            name = IslandName.parse(island)
            known = Event(name.tenant, self._event(shelf, name))
            if shelf.get(name) is not None:
                # Names that only strangers gave are not kept.
                self._known[island] = known
        return known

    def _event(self, shelf: PopShelf, name: IslandName) -> str:
        slot = shelf.get(name)
        if slot is None or slot.entry is None:
            return self._gone.get(name) or name.island
        event = slot.entry.island.event_name
        if event != name.island or self._gone.get(name):
            self._gone.put(name, event)
        return event


class Pseudonyms:
    """Makes pseudonyms with the secrets in force, of which the first names viewers. Belongs to the event loop."""

    def __init__(self, secrets: tuple[bytes, ...]) -> None:
        self.renew(secrets)

    def renew(self, secrets: tuple[bytes, ...]) -> None:
        """Put other secrets in force. From now on viewers have other pseudonyms if the first is another."""
        self._secrets = secrets
        self._keys: RecentlyUsed[str, tuple[bytes, ...]] = RecentlyUsed(MAX_TENANTS)
        self._former: RecentlyUsed[str, tuple[str, ...]] = RecentlyUsed(MAX_FORMER)

    def of(self, name: str, event: Event) -> str:
        """The pseudonym of an ingest's name in an event."""
        keys = self._keys.get(event.tenant)
        if keys is None:
            keys = tuple(tenant_pseudonym_key(secret, event.tenant) for secret in self._secrets)
            self._keys.put(event.tenant, keys)
        pseudonym = pseudonym_of(name, event=event.name, key=keys[0])
        if len(keys) > 1:
            self._former.put(pseudonym, tuple(pseudonym_of(name, event=event.name, key=key) for key in keys[1:]))
        return pseudonym

    def has(self, pseudonym: str) -> bool:
        """False if the former pseudonyms of a viewer must be made again: there is another secret, and they are gone."""
        return len(self._secrets) == 1 or self._former.get(pseudonym) is not None

    def former(self, session: str) -> tuple[str, ...]:
        """The pseudonyms of the same viewer under the other secrets, while there are some and she was here lately."""
        return self._former.get(session) or ()
