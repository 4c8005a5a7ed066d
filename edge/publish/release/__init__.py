"""What do viewers get now? Publish, roll out, roll back, replace one answer."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.release.hotfix import publish_incident
    from edge.publish.release.publish import publish_source
    from edge.publish.release.rollback import roll_back
    from edge.publish.release.rollout import EVERYBODY, read_who, restage
    from edge.publish.release.status import RepositoryStatus, repository_status
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "hotfix": "publish_incident",
            "publish": "publish_source",
            "rollback": "roll_back",
            "rollout": "EVERYBODY read_who restage",
            "status": "RepositoryStatus repository_status",
        },
    )

__all__ = [
    "EVERYBODY",
    "RepositoryStatus",
    "publish_incident",
    "publish_source",
    "read_who",
    "repository_status",
    "restage",
    "roll_back",
]
