"""What did the operator set? A PoP's configuration: one TOML file, checked whole before anything is touched.

Relative paths are relative to the configuration file. Every wait and every bound of the daemon stands here, with the
reason for its default.
"""

from edge.config.assets import asset_folder, model_files
from edge.config.islands import FleetSection, IslandsSection, NatsSection, PublisherSection
from edge.config.people import OriginSection, OriginSettings, OutboxSection, PeopleSection, PricesSection, TallySection
from edge.config.pop import HttpSection, PopConfig, PopSection, TriageSection
from edge.config.read import read_pop_config

__all__ = [
    "FleetSection",
    "HttpSection",
    "IslandsSection",
    "NatsSection",
    "OriginSection",
    "OriginSettings",
    "OutboxSection",
    "PeopleSection",
    "PopConfig",
    "PopSection",
    "PricesSection",
    "PublisherSection",
    "TallySection",
    "TriageSection",
    "asset_folder",
    "model_files",
    "read_pop_config",
]
