"""A process that dies between two steps, for code that is told its steps."""

from edge.host import Step


class DiedError(BaseException):
    """The process is gone: nothing catches this, so nothing is tidied up."""


def dying_after(steps: int) -> Step:
    """A step that is the last one after so many others."""
    left = iter(range(steps))

    def step(_name: str) -> None:
        if next(left, None) is None:
            raise DiedError

    return step
