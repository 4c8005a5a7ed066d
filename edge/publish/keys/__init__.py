"""Where do private keys lie, and who may change what they sign?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.keys.encryption import Passphrase, checked_passphrase, find_passphrase, read_passphrase
    from edge.publish.keys.home_lock import keys_turn, turn
    from edge.publish.keys.key_store import KeyFolder, PrivateKey
    from edge.publish.keys.rekey import change_passphrase
    from edge.publish.keys.tuf_signer import CustodySigner
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "encryption": "Passphrase checked_passphrase find_passphrase read_passphrase",
            "home_lock": "keys_turn turn",
            "key_store": "KeyFolder PrivateKey",
            "rekey": "change_passphrase",
            "tuf_signer": "CustodySigner",
        },
    )

__all__ = [
    "CustodySigner",
    "KeyFolder",
    "Passphrase",
    "PrivateKey",
    "change_passphrase",
    "checked_passphrase",
    "find_passphrase",
    "keys_turn",
    "read_passphrase",
    "turn",
]
