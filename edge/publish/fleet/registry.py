"""Which statuses are believed, and what they say together with what is published. Blocking, for one thread at a time.

A PoP is who its key says. Keys are added by an operator (`skerry publisher pops add`); only where the operator said so
does the first key that is shown under a free name become that PoP's.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from edge.errors import Reason, RefusedError
from edge.publish.fleet.members import MAX_POPS, FleetMembers
from edge.publish.fleet.status_db import StatusDb
from edge.publish.release import repository_status
from edge.publish.repository import Repository
from edge.records import NAME_PATTERN, IslandName, LastStatus, PopStatus, Wanted
from edge.trust import verify_status

_NAME = re.compile(NAME_PATTERN)
_KEY = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """A status as it arrived: who is said to have signed it with what, in hexadecimal digits, and the signed bytes."""

    pop: str
    key: str
    signature: str
    document: bytes


class FleetRegistry:
    """Takes statuses that it believes into `statuses`, which belongs to the caller, who closes it."""

    def __init__(self, home: Path, statuses: StatusDb, *, adopts: bool = False) -> None:
        """`adopts`: a PoP without a key here is known by the first it shows."""
        self.statuses = statuses
        self._pops, self._adopts = FleetMembers(home), adopts
        self._keys: dict[str, bytes | None] = {}
        self._keys_of = 0
        self._read = msgspec.json.Decoder(PopStatus)

    def accept(self, posted: Posted, *, now: datetime) -> None:
        """Keep a status. Raises `RefusedError` for one that is not believed; what was held before then stays."""
        if not (_NAME.fullmatch(posted.pop) and _KEY.fullmatch(posted.key) and _SIGNATURE.fullmatch(posted.signature)):
            raise RefusedError(
                "a status is signed by headers with the PoP's name, key and signature, expected all three"
            )
        key, is_new = self._key(posted)
        verify_status(posted.document, public=key, signature=bytes.fromhex(posted.signature))
        try:
            status = self._read.decode(posted.document)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RefusedError(f"the document is not a status: {error}") from error
        if status.pop != posted.pop:
            raise RefusedError(f"the status is of PoP '{status.pop}', expected '{posted.pop}'")
        if is_new:
            self._pops.add(posted.pop, posted.key)
        self.statuses.store(status, posted.document, key=key, now=now)

    def fleet(self) -> dict[str, LastStatus | None]:
        """Every member and the newest it said, by the key it has now; None for one that was never heard."""
        held = self.statuses.heard()
        changed, names = self._pops.changed(), self._pops.names()
        if changed != self._keys_of:
            # A thousand small files take a tenth of a second to read, which is too long for every look.
            self._keys = {pop: self._pops.key(pop) for pop in names}
            self._keys_of = changed
        found: dict[str, LastStatus | None] = {}
        for pop in names:
            key, heard = held.get(pop, (None, None))
            # A file that was edited in place leaves its folder as it was.
            is_its_own = key is not None and (key == self._keys.get(pop) or key == self._pops.key(pop))
            found[pop] = heard if is_its_own else None
        return found

    def _key(self, posted: Posted) -> tuple[bytes, bool]:
        """The key that the PoP is or will be known by, and whether it is new."""
        known = self._pops.key(posted.pop)
        shown = bytes.fromhex(posted.key)
        if known == shown:
            return shown, False
        add = f"if it is yours, run: skerry publisher pops add {posted.pop} --key {posted.key}"
        if known is not None:
            raise RefusedError(
                f"PoP '{posted.pop}' is known here by key {known.hex()}; {add}", reason=Reason.SIGNATURE_INVALID
            )
        if self._pops.is_invited(posted.pop, posted.key):
            return shown, True
        if not self._adopts or len(self._pops.names()) >= MAX_POPS:
            raise RefusedError(f"PoP '{posted.pop}' is not known here; {add}", reason=Reason.POP_UNKNOWN)
        return shown, True


@contextmanager
def fleet_of(home: Path) -> Iterator[FleetRegistry]:
    """The registry of what this home's server has taken, for a command that runs at the same time."""
    statuses = StatusDb(home)
    try:
        yield FleetRegistry(home, statuses)
    finally:
        statuses.close()


def wanted_islands(
    repository: Repository, *, now: datetime, only: IslandName | None = None, revision: int | None = None
) -> tuple[Wanted, ...]:
    """What the fleet should have: all that is published, or `only` one island, in its newest or another `revision`.

    Raises `RefusedError` (not_found) for an island that was never published.
    """
    published = repository_status(repository, now=now).islands
    chosen = [one for one in published if only is None or one.island == str(only)]
    if only is not None and not chosen:
        raise RefusedError(f"island '{only}' was never published", reason=Reason.NOT_FOUND)
    return tuple(
        Wanted(
            island=one.island,
            revision=one.revision if revision is None else revision,
            is_withdrawn=one.state == "withdrawn" and revision in {None, one.revision},
        )
        for one in chosen
    )
