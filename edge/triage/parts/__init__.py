"""Which matters does a message have? Each part could have been a message of its own. Pure text, without a model.

parts = parts_of(read_message("when does it ship? also my code fails"))
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.triage.parts.parts import MAX_PARTS, Matter, Part, matter_of, parts_of, split_parts
else:
    __getattr__ = lazy_face(__name__, {"parts": "MAX_PARTS Matter Part matter_of parts_of split_parts"})

__all__ = ["MAX_PARTS", "Matter", "Part", "matter_of", "parts_of", "split_parts"]
