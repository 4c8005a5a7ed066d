"""Who calls the desk, and what may they see? Tokens of PoPs and of people, hashed, expiring, revocable at once."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.access.guard import AGENT, POP, POP_KEYS, DeskGuard
    from edge.desk.access.token_file import (
        DeskToken,
        TokenKind,
        issue_desk_token,
        new_desk_token,
        read_desk_tokens,
        revoke_desk_token,
        set_pop_keys,
    )
    from edge.desk.access.tokens import Agent, KnownTokens, is_in_force, tokens_path
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "guard": "AGENT POP POP_KEYS DeskGuard",
            "token_file": (
                "DeskToken TokenKind issue_desk_token new_desk_token read_desk_tokens revoke_desk_token set_pop_keys"
            ),
            "tokens": "Agent KnownTokens is_in_force tokens_path",
        },
    )

__all__ = [
    "AGENT",
    "POP",
    "POP_KEYS",
    "Agent",
    "DeskGuard",
    "DeskToken",
    "KnownTokens",
    "TokenKind",
    "is_in_force",
    "issue_desk_token",
    "new_desk_token",
    "read_desk_tokens",
    "revoke_desk_token",
    "set_pop_keys",
    "tokens_path",
]
