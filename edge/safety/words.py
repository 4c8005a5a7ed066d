"""Mail addresses, streets, links and scams in a folded text (`edge.safety.fold`)."""

import re
from collections.abc import Iterator, Sequence

_MAILS = (
    # The lookbehind lets a search begin once a word: a long word costs no square of its length.
    re.compile(
        r"(?<![\w.+%'-])[\w.+%'-]{1,254} ?(?:@|[(\[{](?:at|@)[)\]}]) ?"
        r"(?:[\w-]{1,63}(?: ?\.|\[\.\]| ?[(\[{]dot[)\]}] ?| ?[.,] ?(?=(?:com|net|org|de|co|uk|fr|es|it)\b))){1,8}"
        r"[^\W\d_]{2,24}",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![\w.+-])[\w.+-]{1,64} at (?:gmail|googlemail|hotmail|outlook|yahoo|icloud|gmx|web|proton|protonmail|aol"
        r"|posteo)\.(?:com|net|org|de|at|ch|fr|es|it|me|co\.uk)\b",
        re.IGNORECASE,
    ),
    # Spoken. Without brackets the last word must be a well-known ending.
    re.compile(
        r"(?<![\w.+-])[\w.+-]{1,64} at [\w-]{1,63} dot"
        r" (?:com|org|net|edu|info|io|co|eu|de|at|ch|fr|es|it|nl|be|uk|ie|pl)\b",
        re.IGNORECASE,
    ),
)

_ADDRESSES = (
    (
        (
            "street",
            " st",
            "ave",
            " road",
            " rd",
            " lane",
            " ln",
            "boulevard",
            "blvd",
            " dr",
            "court",
            "terrace",
            "square",
            "close",
            "crescent",
        ),
        re.compile(
            r"(?<![\w.,])\d{1,5}[A-Za-z]?,? (?:[A-Z][\w'.-]{0,30} ){1,3}"
            r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Boulevard|Blvd|Drive|Dr|Court|Terrace|Square|Close|Crescent)\b\.?"
        ),
    ),
    (
        ("straße", "strasse", "str. ", "platz ", "allee ", "gasse ", "weg ", "gracht "),
        re.compile(
            r"(?<!\w)[A-ZÄÖÜ][a-zäöüß-]{1,30}?(?:straße|strasse|str\.|platz|allee|gasse|weg|gracht) \d{1,4}[a-z]?\b"
            r"(?:, \d{4,5} \w{2,30})?"
        ),
    ),
    (
        ("rue ", "avenue ", "boulevard ", "quai ", "chemin "),
        re.compile(
            r"(?<![\w.,])\d{1,4},? (?:rue|avenue|boulevard|quai|chemin) (?:(?:de|du|des|la|le|les) ){0,3}[A-Z]\w{1,30}"
        ),
    ),
    (
        ("calle ", "avenida ", "via ", "viale ", "piazza ", "corso "),
        re.compile(r"(?<!\w)(?:Calle|Avenida|Via|Viale|Piazza|Corso) (?:[A-Z]\w{1,30} ){0,2}[A-Z]\w{1,30},? \d{1,4}\b"),
    ),
    (("box ",), re.compile(r"(?<!\w)P\.?O\.? ?Box \d{1,6}\b", re.IGNORECASE)),
)
"""In five languages. A pattern is searched for only if the text has one of its words in small letters, as below."""

_DOT = r" ?(?:\.|\[\.\]|\(\.\)) ?"
_SHORT = "|".join(
    name.replace(".", _DOT)
    for name in (
        "bit.ly",
        "tinyurl.com",
        "t.ly",
        "cutt.ly",
        "rb.gy",
        "is.gd",
        "goo.gl",
        "ow.ly",
        "shorturl.at",
        "t.co",
        "rebrand.ly",
    )
)
_TALK = r"(?:t ?e ?l ?e ?g ?r ?a ?m|whats ?app|signal)"
_SUM = r"[$€£]?\d[\d,.]{0,12} ?(?:dollars|usd|euros?|pounds|bucks|[$€£])?"
_SOMEBODY = r"(?:our|official|customer|amazon|paypal|microsoft|apple|refunds)"
_HOTLINE = r"(?:support|help ?line|hotline|care|service)"
_SCAMS = tuple(
    (words, re.compile(pattern, re.IGNORECASE))
    for words, pattern in (
        # Where a short link leads is not seen.
        (("/",), rf"(?<![\w.-])(?:{_SHORT})/\S"),
        (("t.me/", "wa.me/", "discord.gg/"), r"(?<![\w.-])(?:t\.me|wa\.me|discord\.gg)/\w"),
        (("xn--",), r"(?<!\w)xn--[a-z0-9-]{2,59}\."),
        # Away from the people who could help.
        (
            (" me ",),
            rf"(?<!\w)(?:d ?m|message|msg|text|write|contact|add|ping|hit) me (?:up )?(?:on|via|at|through) {_TALK}\b",
        ),
        # Prizes and money.
        (("claim your ",), r"\bclaim your (?:free )?(?:prize|reward|gift|bonus|airdrop)"),
        (
            (" won ",),
            (
                r"\bcongrat\w{1,10}[^.?\n]{0,20}\byou(?:'ve| have)? won\b"
                r"|(?<!did )\byou(?:'ve| have)? won an? (?:free|gift|iphone|prize|voucher)\b"
            ),
        ),
        (("free ",), r"(?<!i )(?<!to )\bget free (?:nitro|v-?bucks|robux)\b"),
        (("free ",), r"\bfree (?:nitro|v-?bucks|robux) (?:for (?:every|all|you)|here|now|codes?)"),
        (("double your ",), r"\bdouble your (?:bitcoin|btc|eth|crypto|money|coins)\b"),
        (("send ",), r"\bsend \d[\d.,]{0,12} ?(?:btc|eth|bitcoin|usdt|sol) (?:and|to) (?:get|receive)\b"),
        (("crypto giveaway",), r"\bcrypto giveaway\b"),
        (("connect your wallet",), r"\bconnect your wallet\b"),
        (("earn ", "make "), rf"(?:^|you can |[.!] )(?:earn|make) {_SUM} ?(?:a|per) (?:day|week|hour)\b(?! off)"),
        (("buy ",), r"\bbuy (?:viewers|followers)\b(?! badge)"),
        # Somebody else's hotline.
        (
            ("support", "help", "hotline", "care", "service"),
            rf"\b{_SOMEBODY}\b[^?\n]{{0,40}}\b{_HOTLINE}\b[^?\d\n]{{0,30}}(?:\+|\(|00|0\d|1-)[\d ().-]{{6,}}",
        ),
    )
)

_LINK = re.compile(
    r"https?://\S{3,}|(?<![\w@.-])(?:[\w-]{1,63}\.){1,6}"
    r"(?:com|net|org|edu|info|biz|io|co|tv|gg|me|ly|eu|uk|de|at|ch|fr|es|it|nl|be|ie|pl|se|no|dk|fi|pt|cz|ru|ua|us|ca|au"
    r"|jp|cn|in|br|mx|shop|store|app|dev|live|xyz|online|site|top|example)\b(?:[/:?#]\S{0,2000})?",
    re.IGNORECASE,
)

_DOMAIN = re.compile(r"(?<![\w.-])(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}")
_LOOK_ALIKES = frozenset("асеорхуіјѕԁӏһԛԝɡɑοαρνικτ")
"""Letters of Cyrillic, Greek and phonetic script that are drawn as a Latin one (Unicode TS 39, confusables)."""


def find_mails(text: str) -> Iterator[tuple[int, int]]:
    """Where mail addresses are, also those that are written around the at sign."""
    for pattern in _MAILS:
        yield from (found.span() for found in pattern.finditer(text))


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where something like a street with a house number is."""
    yield from _find_worded(text, _ADDRESSES)


def find_links(text: str) -> Iterator[tuple[int, int]]:
    """Where links and domains are."""
    yield from (found.span() for found in _LINK.finditer(text))


def find_scams(text: str) -> Iterator[tuple[int, int]]:
    """Where words and links of scams are."""
    yield from _find_worded(text, _SCAMS)
    if not text.isascii():
        yield from (found.span() for found in _DOMAIN.finditer(text) if _looks_alike(found[0]))


def _find_worded(text: str, patterns: Sequence[tuple[Sequence[str], re.Pattern[str]]]) -> Iterator[tuple[int, int]]:
    small = text.lower()
    for words, pattern in patterns:
        if any(word in small for word in words):
            yield from (found.span() for found in pattern.finditer(text))


def _looks_alike(domain: str) -> bool:
    """True if a part of a domain is drawn as Latin letters and is written with others."""
    *labels, ending = domain.lower().split(".")
    for label in labels:
        letters = {letter for letter in label if letter.isalpha()}
        like = letters & _LOOK_ALIKES
        if like and (any(map(str.isascii, letters)) or (like == letters and ending.isascii())):
            return True
    return False
