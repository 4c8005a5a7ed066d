"""Which commands does a key holder use? Create, encrypt, replace and recover keys; add tenants."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.keys.key_change import carry_out, open_for_change, out_option, passphrase_option
    from edge.cli.keys.keys import keys_command
    from edge.cli.keys.recover import recover_command
    from edge.cli.keys.starter import FIRST_POP, make_first_agents, make_first_pop, pop_config
    from edge.cli.keys.tenant import tenant_command
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "key_change": "carry_out open_for_change out_option passphrase_option",
            "keys": "keys_command",
            "recover": "recover_command",
            "starter": "FIRST_POP make_first_agents make_first_pop pop_config",
            "tenant": "tenant_command",
        },
    )

__all__ = [
    "FIRST_POP",
    "carry_out",
    "keys_command",
    "make_first_agents",
    "make_first_pop",
    "open_for_change",
    "out_option",
    "passphrase_option",
    "pop_config",
    "recover_command",
    "tenant_command",
]
