"""What can an island learn from the event? A desk's export becomes a measured patch of the author's file.

Nothing here signs, publishes or changes the file.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.learn.evidence import ExportEvidence, gather
    from edge.publish.learn.lesson import Lesson, learn_from
    from edge.publish.learn.lines import UNREADABLE, LeftOut, read_export
    from edge.publish.learn.proposal import Proposal, ProposalKind
    from edge.publish.learn.rehearsal import Effect
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "evidence": "ExportEvidence gather",
            "lesson": "Lesson learn_from",
            "lines": "UNREADABLE LeftOut read_export",
            "proposal": "Proposal ProposalKind",
            "rehearsal": "Effect",
        },
    )

__all__ = [
    "UNREADABLE",
    "Effect",
    "ExportEvidence",
    "LeftOut",
    "Lesson",
    "Proposal",
    "ProposalKind",
    "gather",
    "learn_from",
    "read_export",
]
