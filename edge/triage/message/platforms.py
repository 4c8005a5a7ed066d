"""What platforms put around a viewer's words: a table of their marks.

An author of an adapter adds a row for a mark that no row has yet. If the platform says where its marks are, as Twitch
does for emotes, the adapter sends them as `marks` of the question instead, and needs no row.

Sources: Discord's "Message Formatting", Slack's "Formatting text", the IRC formatting of modern.ircdocs.horse, Twitch's
IRC tags, YouTube's liveChatMessages, Matrix's rich replies, and the emotes that Twitch, BetterTTV, FrankerFaceZ and
7TV show in every channel.
"""

import re
from enum import IntEnum
from typing import NamedTuple

from edge.triage.message.word_lists import EMOTES, NO_EMOTES


class Where(IntEnum):
    """Where a mark is taken off."""

    ANYWHERE = 0
    """In every place: no viewer types it as a word."""
    START = 1
    """At the start alone: elsewhere it may be a part of the question."""
    ENDS = 2
    """At the start and at the end alone."""


class Mark(NamedTuple):
    """One row: what a platform writes. `pattern` must not match words that a viewer could mean."""

    name: str
    where: Where
    pattern: str
    becomes: str = " "
    """What takes its place, as in `re.sub`."""


CONTROLS = (
    Mark("/me of IRC and Twitch", Where.ANYWHERE, r"\x01(?:ACTION )?([^\x01]*)\x01?", r"\1"),
    Mark("colours of IRC", Where.ANYWHERE, r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9A-Fa-f]{6})?", ""),
    Mark("formats of IRC", Where.ANYWHERE, r"[\x02\x0f\x11\x16\x1d\x1e\x1f]", ""),
)  # fmt: skip
"""Marks that are control characters. They are taken off before anything else, for no text may hold such."""

MARKS = (
    # Discord
    Mark("mention, role or channel of Discord", Where.ANYWHERE, r"<(?:@[!&]?|#)\d{5,25}>"),
    Mark("emoji of Discord", Where.ANYWHERE, r"<a?:\w{2,32}:\d{5,25}>"),
    Mark("time or command of Discord", Where.ANYWHERE, r"<t:-?\d{1,15}(?::[a-zA-Z])?>|</[\w -]{1,64}:\d{5,25}>"),
    # Slack
    Mark("mention of Slack", Where.ANYWHERE, r"<[@#!][\w^]{1,64}(?:\|[^<>]{0,80})?>"),
    Mark("link of Slack with a text", Where.ANYWHERE, r"<(?:https?|mailto):[^<>|\s]{1,500}\|([^<>]{1,200})>", r"\1"),
    Mark("link of Slack", Where.ANYWHERE, r"<((?:https?|mailto):[^<>|\s]{1,500})>", r"\1"),
    # Names of emoji, as YouTube, Slack and Discord show them while they are typed.
    Mark("names of emoji", Where.ANYWHERE, r"(?:(?<=\s)|(?<=^)|(?<=:)):(?=[a-z_])[\w+-]{1,50}(?::yt)?:(?=\s|:|$)"),
    # Quoted lines, and what Matrix puts before a reply.
    Mark("quoted lines", Where.START, r"(?:>[^\n]*\n+)+(?=\s*\S)"),
    # Commands
    Mark("command of a bot", Where.START, r"![a-zA-Z][\w-]{0,30}(?=\s+\S)"),
    Mark("/me as it is typed", Where.START, r"/(?:me|say|ask)(?=\s+\S)"),
    # Names
    Mark("mention", Where.ENDS, r"@[\w.-]{2,40}(?:@[\w.-]{3,80})?[:,]?"),
)  # fmt: skip
"""Applied in this order."""


_OF_A_CHANNEL = re.compile(r"[a-z][a-z0-9]{2,9}[A-Z][A-Za-z0-9]{1,30}")
"""A prefix in small letters, and a name that begins with a capital: `maraHype`, `northwLove`."""


def is_emote(word: str) -> bool:
    """True if a word, as it was typed, is an emote."""
    return word in EMOTES or (word not in NO_EMOTES and _OF_A_CHANNEL.fullmatch(word) is not None)
