"""A pytest plugin: Hypothesis reports the first failing example as it is, and does not look for a smaller one."""

from hypothesis import Phase, settings

settings.register_profile("unshrunk", phases=(Phase.explicit, Phase.generate))
settings.load_profile("unshrunk")
