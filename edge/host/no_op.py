"""The callback that does nothing, for a caller that wants none."""


def ignore(*_told: object) -> None:
    """Do nothing with what is told: the default of every callback that returns nothing."""
