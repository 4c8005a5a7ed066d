"""A hook that does nothing, for callers that need none."""


def ignore(*_arguments: object) -> None:
    """Do nothing. The default of every hook that returns nothing."""
