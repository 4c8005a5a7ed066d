"""What may people ask of the desk? See the queue, take tickets, reply, propose drafts, look at the wall's figures."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.people.changes import ChangeStream
    from edge.desk.people.routes import PeopleRoutes
else:
    __getattr__ = lazy_face(__name__, {"changes": "ChangeStream", "routes": "PeopleRoutes"})

__all__ = ["ChangeStream", "PeopleRoutes"]
