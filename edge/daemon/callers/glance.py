"""Who sent a request, before anything of it is verified."""

from typing import NamedTuple

from edge.tokens import Asker


class Glance(NamedTuple):
    """Who sent a request, as far as it is known without verifying a signature."""

    asker: Asker
    event: str = ""
    """The island of the asker's session; empty without one."""
    is_whole: bool = True
    """False if the request shows a token in `Authorization` that is no session verified before, or an ended one."""
