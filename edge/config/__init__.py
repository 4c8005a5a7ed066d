"""What did the operator set? A PoP's configuration is one TOML file, checked whole before anything is touched.

Relative paths begin at the folder of the configuration file. Every wait and every limit of the daemon is a setting
here. Each setting's docstring is for operators: what it does, and the reason for its default.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.config.assets import asset_folder, model_files, restore_model_command
    from edge.config.callers import (
        Network,
        TrustedIngests,
        ingest_keys_of,
        is_loopback_host,
        networks_of,
    )
    from edge.config.extras import library_missing
    from edge.config.islands import IslandsSection, PublisherSection
    from edge.config.ledger import ArchivePlace, LedgerSection, RetentionSection
    from edge.config.limits import LimitsSection
    from edge.config.notices import notices_of
    from edge.config.overload import OverloadSection
    from edge.config.people import LaneSettings, OriginSection, OriginSettings, OutboxSection, TicketsSection
    from edge.config.pop import HttpSection, PopConfig, TriageSection
    from edge.config.proxies import EXPECTED_PROXY, goes_directly, is_proxy_url
    from edge.config.read import read_pop_config
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "assets": "asset_folder model_files restore_model_command",
            "callers": "Network TrustedIngests ingest_keys_of is_loopback_host networks_of",
            "extras": "library_missing",
            "islands": "IslandsSection PublisherSection",
            "ledger": "ArchivePlace LedgerSection RetentionSection",
            "limits": "LimitsSection",
            "notices": "notices_of",
            "overload": "OverloadSection",
            "people": "LaneSettings OriginSection OriginSettings OutboxSection TicketsSection",
            "pop": "HttpSection PopConfig TriageSection",
            "proxies": "EXPECTED_PROXY goes_directly is_proxy_url",
            "read": "read_pop_config",
        },
    )

__all__ = [
    "EXPECTED_PROXY",
    "ArchivePlace",
    "HttpSection",
    "IslandsSection",
    "LaneSettings",
    "LedgerSection",
    "LimitsSection",
    "Network",
    "OriginSection",
    "OriginSettings",
    "OutboxSection",
    "OverloadSection",
    "PopConfig",
    "PublisherSection",
    "RetentionSection",
    "TicketsSection",
    "TriageSection",
    "TrustedIngests",
    "asset_folder",
    "goes_directly",
    "ingest_keys_of",
    "is_loopback_host",
    "is_proxy_url",
    "library_missing",
    "model_files",
    "networks_of",
    "notices_of",
    "read_pop_config",
    "restore_model_command",
]
