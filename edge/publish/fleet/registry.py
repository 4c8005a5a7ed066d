"""Accept signed statuses of PoPs, and combine them with the list of members. Blocking, for one thread at a time.

A PoP proves its identity by its key. An operator adds keys with `skerry publisher pops add`. With `--adopt-pops`, the
first key that is posted under an unused name becomes that PoP's key.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from edge.errors import Reason, RefusedError
from edge.host import safe_detail
from edge.publish.fleet.members import MAX_POPS, FleetMembers
from edge.publish.fleet.status_db import StatusDb
from edge.publish.release import repository_status
from edge.publish.repository import Repository
from edge.records import DECODE_ERRORS, NAME_PATTERN, IslandName, LastStatus, PopStatus, Wanted
from edge.trust import verify_status

_NAME = re.compile(NAME_PATTERN)
_KEY = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """A status as it arrived, not verified: three headers and the body."""

    pop: str
    key: str
    """In hexadecimal."""
    signature: str
    """Of `document`, in hexadecimal."""
    document: bytes


class FleetRegistry:
    """Statuses of the members of one home's fleet. `statuses` belongs to the caller, who closes it."""

    def __init__(self, home: Path, statuses: StatusDb, *, adopts: bool = False) -> None:
        """With `adopts`, a PoP that is not a member becomes one by its first valid status, with the key that signed."""
        self.statuses = statuses
        self._home = home
        self._members, self._adopts = FleetMembers(home), adopts
        self._keys: dict[str, bytes | None] = {}
        self._keys_version = 0
        self._decoder = msgspec.json.Decoder(PopStatus)

    def accept(self, posted: Posted, *, now: datetime) -> LastStatus:
        """Verify a status, store it and return it. A power cut within the next second may lose it (`StatusDb`).

        Raises `RefusedError` if it is not signed by the PoP's key, is malformed or is not newer than the stored one;
        the stored one stays. Raises `StorageError` if the disk fails.
        """
        if not (_NAME.fullmatch(posted.pop) and _KEY.fullmatch(posted.key) and _SIGNATURE.fullmatch(posted.signature)):
            raise RefusedError(
                "a header is missing or malformed,"
                " expected the PoP's name, key and signature in Skerry-Pop, Skerry-Pop-Key and Skerry-Pop-Signature"
            )
        key, is_new = self._key(posted)
        verify_status(posted.document, public=key, signature=bytes.fromhex(posted.signature))
        # Decoded only after its signature was verified.
        try:
            status = self._decoder.decode(posted.document)
        except DECODE_ERRORS as error:
            raise RefusedError(f"the document is not a status: {safe_detail(error)}") from error
        if status.pop != posted.pop:
            raise RefusedError(f"the status is of PoP '{status.pop}', expected '{posted.pop}'")
        # Last of all checks: a faulty status must not make its sender a member.
        if is_new:
            self._members.add(posted.pop, posted.key)
        self.statuses.store(status, posted.document, key=key, now=now)
        return LastStatus(status=status, at=now)

    def fleet(self) -> dict[str, LastStatus | None]:
        """The newest status of every member, if its present key signed it; None for a member without one."""
        stored = self.statuses.latest()
        # The version is read before the names: a change in between is then seen by the next call.
        version, names = self._members.version(), self._members.names()
        if version != self._keys_version:
            # Kept, because reading a thousand small files takes a tenth of a second.
            self._keys = {pop: self._members.key(pop) for pop in names}
            self._keys_version = version
        fleet: dict[str, LastStatus | None] = {}
        for pop in names:
            key, last = stored.get(pop, (None, None))
            # A file that was edited in place does not change the version, so a key that differs is read again.
            is_own = key is not None and (key == self._keys.get(pop) or key == self._members.key(pop))
            fleet[pop] = last if is_own else None
        return fleet

    def last(self, pop: str) -> LastStatus | None:
        """The newest status of one PoP. Reads which PoPs there are: too slow for each post of a large fleet."""
        _key, last = self.statuses.latest().get(pop, (None, None))
        return last

    def _key(self, posted: Posted) -> tuple[bytes, bool]:
        """The posted key, if this PoP may use it, and whether it is new here."""
        known = self._members.key(posted.pop)
        key = bytes.fromhex(posted.key)
        if known == key:
            return key, False
        add = f"run: skerry publisher pops add {posted.pop} --key {posted.key} --home {self._home}"
        # A known PoP never gets another key by posting: it could be somebody else's. The command is refused as well,
        # and says when the first one was last heard. Here that is nobody's business: the sender may be a stranger.
        if known is not None:
            text = f"another PoP has the name '{posted.pop}': give this one a name of its own (`pop.name` in pop.toml)"
            raise RefusedError(f"{text}; if it replaces that one, {add}", reason=Reason.SIGNATURE_INVALID)
        if self._members.is_invited(posted.pop, posted.key):
            return key, True
        if not self._adopts or len(self._members.names()) >= MAX_POPS:
            text = f"PoP '{posted.pop}' is not known to this publisher"
            raise RefusedError(f"{text}; if this PoP is yours, {add}", reason=Reason.POP_UNKNOWN)
        return key, True


@contextmanager
def fleet_of(home: Path) -> Iterator[FleetRegistry]:
    """The registry of a home, for a command that runs while the home's server does. Raises `StorageError`."""
    statuses = StatusDb(home)
    try:
        yield FleetRegistry(home, statuses)
    finally:
        statuses.close()


def wanted_islands(
    repository: Repository, *, now: datetime, only: IslandName | None = None, revision: int | None = None
) -> tuple[Wanted, ...]:
    """What the fleet should have: the newest revision of every island. `only` and `revision` select one.

    Raises `RefusedError` (not_found) for an island that was never published.
    """
    published = repository_status(repository, now=now).islands
    chosen = [island for island in published if only is None or island.island == str(only)]
    if only is not None and not chosen:
        raise RefusedError(f"island '{only}' was never published", reason=Reason.NOT_FOUND)
    return tuple(
        Wanted(
            island=island.island,
            revision=island.revision if revision is None else revision,
            is_withdrawn=island.state == "withdrawn" and revision in {None, island.revision},
        )
        for island in chosen
    )
