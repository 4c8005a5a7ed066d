"""A pytest plugin: Hypothesis prints the first failing example, and does not search for a smaller one."""

from hypothesis import Phase, settings

settings.register_profile("unshrunk", phases=(Phase.explicit, Phase.generate))
settings.load_profile("unshrunk")
