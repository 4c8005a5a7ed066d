"""Callbacks where a function wants one and its caller does not."""


def ignore(*_told: object) -> None:
    """Do nothing with what is told: the default of every callback that returns nothing."""
