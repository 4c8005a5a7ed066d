"""What do viewers get now? Publish, roll out, roll back, replace one answer."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.release.hotfix import publish_hotfix
    from edge.publish.release.publish import publish_source
    from edge.publish.release.rollback import roll_back
    from edge.publish.release.rollout import EVERYBODY, read_rollout_target, widen_rollout
    from edge.publish.release.status import RepositoryStatus, repository_status
    from edge.publish.release.translations import StaleTranslation, stale_translations
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "hotfix": "publish_hotfix",
            "publish": "publish_source",
            "rollback": "roll_back",
            "rollout": "EVERYBODY read_rollout_target widen_rollout",
            "status": "RepositoryStatus repository_status",
            "translations": "StaleTranslation stale_translations",
        },
    )

__all__ = [
    "EVERYBODY",
    "RepositoryStatus",
    "StaleTranslation",
    "publish_hotfix",
    "publish_source",
    "read_rollout_target",
    "repository_status",
    "roll_back",
    "stale_translations",
    "widen_rollout",
]
