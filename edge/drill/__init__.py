"""Who is who, to a thief of all files? Links viewers of two events by what PoPs, publisher and desk keep of them.

`files` reads every file as records, `traces` says what of a value may tell two people apart, `people` finds whose a
record is, `linking` pairs the people of two events, and `scoring` compares the right pairs with those of guessing. The
thief of a drill is better than a real one: whose records are one person's *within* an event is told to it.

It reads files and asks no process. No PoP loads this room.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.drill.files import FileRecord, read_records
    from edge.drill.linking import NamedPair, pair_by_order, pair_by_values
    from edge.drill.packed import Packed, SharedWords, packed_words, shared_words
    from edge.drill.people import Attendance, KnownViewers, Traces, find_traces
    from edge.drill.scoring import LinkFinding, guessing_bound, score
    from edge.drill.traces import Way, traces_of
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "files": "FileRecord read_records",
            "linking": "NamedPair pair_by_order pair_by_values",
            "packed": "Packed SharedWords packed_words shared_words",
            "people": "Attendance KnownViewers Traces find_traces",
            "scoring": "LinkFinding guessing_bound score",
            "traces": "Way traces_of",
        },
    )

__all__ = [
    "Attendance",
    "FileRecord",
    "KnownViewers",
    "LinkFinding",
    "NamedPair",
    "Packed",
    "SharedWords",
    "Traces",
    "Way",
    "find_traces",
    "guessing_bound",
    "packed_words",
    "pair_by_order",
    "pair_by_values",
    "read_records",
    "score",
    "shared_words",
    "traces_of",
]
