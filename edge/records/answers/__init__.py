"""Which records list an island's answers for a page that reads them later?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.answers.answer_list import AnswerList, ListedAnswer
else:
    __getattr__ = lazy_face(__name__, {"answer_list": "AnswerList ListedAnswer"})

__all__ = ["AnswerList", "ListedAnswer"]
