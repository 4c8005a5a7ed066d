"""Everything that a PoP remembers between questions. Bounded, in memory; nothing in it is lost that was promised."""

from typing import NamedTuple

from edge.daemon.people.desk_loads import DeskLoads
from edge.daemon.people.posted import PostedAnswers
from edge.daemon.people.sessions import Sessions
from edge.daemon.people.steerings import Steerings


class Remembered(NamedTuple):
    """`ask.standing` reads it for a decision, `ask.remember` writes what was concluded."""

    sessions: Sessions
    loads: DeskLoads
    steerings: Steerings
    posted: PostedAnswers
