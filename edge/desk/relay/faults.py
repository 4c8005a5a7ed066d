"""Is a fault about one ticket or conversation, or about the whole desk behind?"""

from edge.desk.relay.behind import Behind
from edge.desk.relay.relay_log import RelayLog
from edge.errors import Cause, RefusedError, UnreachableError
from edge.wire.desks import OriginFaultError

MAX_IN_A_ROW = 5
"""Faults in a row after which the desk behind is left alone for a while, although it answers."""


class Faults:
    """Counts faults of one relay, and logs those that keep from nothing else."""

    def __init__(self, behind: Behind, log: RelayLog) -> None:
        self._behind, self._log = behind, log
        self._in_a_row = 0

    def none(self) -> None:
        """The desk behind did what was asked."""
        self._in_a_row = 0

    async def go_on_or_raise(self, fault: BaseException) -> None:
        """Note a fault that may be about one ticket or conversation. Raises any other, and one of many in a row."""
        if isinstance(fault, RefusedError):
            self._log.failed(fault)
            return
        self._in_a_row += 1
        if self._in_a_row >= MAX_IN_A_ROW or not isinstance(fault, OriginFaultError):
            raise fault
        if not await self.is_about_one(fault):
            raise fault
        self._log.failed(fault)

    async def may_go_on(self, fault: UnreachableError) -> bool:
        """True if a question about the whole desk that failed keeps from nothing else. Raises as `is_about_one`.

        One endpoint may be slow, or gone, while the others work. A desk that is gone fails at the next call anyway.
        """
        if isinstance(fault, OriginFaultError):
            return await self.is_about_one(fault)
        if fault.retry_after_s is not None:
            return False
        self._log.failed(fault)
        return True

    async def is_about_one(self, fault: OriginFaultError) -> bool:
        """True if the desk may take others: it asks for no time, and takes our token. Raises if it is gone meanwhile.

        An agent may have lost the right to one conversation alone. A desk says that as it refuses a token.
        """
        if fault.retry_after_s is not None:
            return False
        if fault.cause is not Cause.TOKEN_REFUSED:
            return True
        try:
            await self._behind.looks.check()
        except OriginFaultError:
            return False
        self.none()
        return True
