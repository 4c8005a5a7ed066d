"""Word lists of clauses, and what each word may be in a clause. English, in normal form."""

from collections.abc import Sequence
from typing import Final


class Kind:
    """What a word may be in a clause: bits of an int, for an `IntFlag` takes ten times as long."""

    QUESTION: Final = 1
    AUXILIARY: Final = 2
    SUBJECT: Final = 4
    VERB: Final = 8
    CONTENT: Final = 16
    """It says what the clause is about."""
    DETERMINER: Final = 32
    ORDER: Final = 64


QUESTION_WORDS = frozenset(
    """
    what when where who whom whose why which how what's when's where's who's why's how's what're where're
    """.split()
)
"""Words that a question begins with."""

AUXILIARIES = frozenset(
    """
    do does did is are was were am can could will would shall should may might must has have had don't doesn't
    didn't isn't aren't ain't wasn't weren't can't cannot couldn't won't wouldn't shouldn't hasn't haven't hadn't
    """.split()
)
"""Verbs that stand before a subject when they ask."""

SUBJECTS_OF_CLAUSES = frozenset(
    """
    i you he she it we they this that there these those someone somebody anyone anybody everyone everybody nobody people
    y'all mine yours ours something
    """.split()
)
"""Pronouns that may be a subject."""

WITH_A_VERB = frozenset(
    """
    i'm i've i'd i'll you're you've you'll you'd he's she's it's it'll we're we've we'll we'd they're they've they'll
    they'd there's that's this's someone's somebody's everyone's
    """.split()
)
"""Pronouns that have their verb with them."""

DETERMINERS = frozenset(
    """
    the a an my your our his her their any some all both every each no another one two other
    """.split()
)
"""Words that a noun phrase begins with."""

VERBS = frozenset(
    """
    ship ships get gets got need needs want wants buy buys bought order pay pays paid cost costs take takes took send
    sends sent cancel change return refund exchange find found see saw seen know knows knew think thinks thought say
    says said tell tells told ask asks use uses go goes went gone come comes came make makes made give gives gave
    work works fit fits feel feels felt look looks keep keeps kept lose loses lost steal stole stolen hurt hurts kill
    kills die dies died hate hates threaten threatens happen happens broke breaks broken crash crashes freeze
    freezes froze play plays watch watches start starts stop stops end ends begin begins began open opens close closes
    arrive arrives wear wears fell wrote write writes hear heard read show shows let lets join joins left leave leaves
    live lives call calls try tries put run runs talk talks speak block blocks delete report reports disappear help
    upgrade redeem claim cast link log move track edit restore receive receives sell sells sold check meet hit hits
    scam scams doxx stalk stalks won win wins forgot forget lag lags buffer buffers expire expires
    """.split()
)
"""Frequent verbs of a question, of a complaint and of harm. Forms in -ed and -ing need no line."""

ORDERS = frozenset(
    """
    tell give send cancel change refund stop fix delete remove help explain show let call contact check restore
    reverse unban move swap exchange resend unlock block ban report please
    """.split()
)
"""Verbs that a clause begins with when it asks for something to be done."""

NO_CONTENT = frozenset(
    """
    to of in on at for from with by about into over after before out up down off too very so just still yet now then
    here not and or but if as than because since while also only even more much many please really actually me him
    them us thing things ok okay yes no yeah hi hey hello thanks thank lol again anyway like right well get
    got go be been being first second third next later today pls sorry sure good great nice cool oh ah um man bro guys
    is it's that's gonna going
    """.split()
)
"""Words that say little about what a clause is about."""

GOVERNORS = frozenset(
    """
    know knows tell tells told ask asks asking asked wonder wondering see say says said explain show find check
    understand sure about on of for in to with from at by if that because whether and or but as than like when where
    who how what which why whose remember forgot guess think depends idea me us so not no just only the a an my your our
    i you we they he she it's i'm also even is are was were do does did can could will would please until before after
    since while way anything everything something reason place
    """.split()
)
"""After these words, what looks like a new clause is a part of the one before."""

ANAPHORS = frozenset("it it's its this that that's they they're them these those he she he's she's there".split())
"""Words that mean something said before."""

ABBREVIATIONS = frozenset("st no vs mr mrs ms dr eg ie approx etc inc ltd dept est max min nr ca feat ft vol".split())
"""A full stop after these ends no sentence."""

COUNTED = frozenset("things questions thing question requests points issues problems stuff reasons".split())
"""After a number and before a colon or the first of a list, they announce parts: "two things:"."""

ANOTHER_MATTER = tuple(
    tuple(words.split())
    for words in (
        "and also", "but also", "oh and also", "oh and", "oh also", "and btw", "also btw", "btw", "by the way",
        "plus also", "and another thing", "another thing is", "another thing", "one more thing", "and one more thing",
        "other thing", "another question", "and another question", "one more question", "and one more question",
        "second question", "next question", "different question", "other question", "second thing", "on another note",
        "on a side note", "side note", "unrelated", "secondly", "additionally", "furthermore", "ps", "and then also",
        "also", "plus", "and secondly", "separately", "also another thing", "and then another thing",
        "while i'm here", "and while i'm here", "apart from that", "besides that", "in addition",
    )
)  # fmt: skip
"""Words that begin another matter."""

JOINING = frozenset("and but then".split())
"""Words that may join two clauses, or two words of one."""

OWNING = frozenset("has have had haven't hasn't hadn't".split())
"""Auxiliaries that are often the verb itself."""

FIRM = frozenset("i we someone somebody people this there he she they i'm i've there's it's he's she's my".split())
"""Subjects that begin a statement, if a verb follows at once."""

POINTERS = frozenset("that that's those these".split())
"""Words of a question that point at what was said before."""

SUBORDINATE = frozenset("if although though because since once unless when while before after as whether".split())
"""Words that a clause begins with which needs another one after it."""

PHRASED = frozenset("what which how whose".split())
"""Question words that may have a phrase with them: "how many people does …"."""

ASKING = frozenset("do does did can could should".split())
"""Auxiliaries that ask if a noun follows at the beginning of a clause: "does shipping cost …"."""

BEFORE_A_QUESTION = frozenset("until in at for from on to since by with about".split())
"""Words that may stand before a question word: "until when is …"."""

GENERAL = frozenset(
    """
    do help ask fix undo work happen happens happening happened mean means say try explain change next step reason
    normal ok way problem issue solve possible wrong look contact report tell know need want like would hear
    """.split()
)
"""Content of a question that says nothing without what was said before: "what do i do", "can you fix it"."""

WANTING_MORE = frozenset(
    "i we he she they and or to of by very so just not no if than as the a an my your our his their every".split()
)
"""Words that no clause ends with."""

FIRM_VERBS = frozenset("want need hate think never feel still keep".split())
"""After "i", they begin a statement that is no relative clause: "i want to", but not "(the hoodie) i ordered"."""

OTHERS = frozenset("someone somebody people he she they a this".split())
"""Beginnings of a statement about somebody else. A statement of which only one half has them is about two matters."""

DIVIDING = frozenset("for to".split())
"""Words that do not stand within "how many people" or "what time"."""

FIRMEST = frozenset("someone somebody people there's".split())
"""Those of `FIRM` that hardly ever begin a relative clause."""

AFTER_AN_OBJECT = frozenset("me it him them us anymore lol yesterday again tonight tomorrow too".split())
"""After these words, a clause is complete."""

PAST = frozenset(
    """
    got lost bought paid found sent came went broke stuck stopped forgot froze fell stole won saw keeps runs says need
    want
    """.split()
)
"""Verbs that begin a statement without its subject, as chat has them: "lost my phone"."""

MEASURED = frozenset("many much long fast far big old often soon late early quickly expensive about to come".split())
"""After "how" or "what", they ask without a verb: "how many screens per ticket", "what about returns"."""

BEING = frozenset("is are was were will has have".split())
"""Auxiliaries that ask before a noun only if the clause before asks, too: "are fees prepaid"."""

MODAL = frozenset("to can could do does did should will would may must want need let please".split())
"""After these, a verb without a subject goes on with the clause: "how do i download and install it"."""

PREPOSITIONS = frozenset("to from in of for with between on at by into per".split())
"""Shortly before "and", they make a list of what follows it: "to the uk and northern ireland"."""

_LONG_ENOUGH = 5
"""Letters of a word whose ending says that it is a verb."""


def _kinds() -> dict[str, int]:
    """What each word of the lists is; content is every other word."""
    known: dict[str, int] = {}
    for words, kind in (
        (QUESTION_WORDS, Kind.QUESTION),
        (AUXILIARIES, Kind.AUXILIARY),
        (SUBJECTS_OF_CLAUSES, Kind.SUBJECT),
        (WITH_A_VERB, Kind.SUBJECT | Kind.AUXILIARY),
        (DETERMINERS, Kind.DETERMINER),
        (VERBS, Kind.VERB),
        (ORDERS, Kind.ORDER),
    ):
        for word in words:
            known[word] = known.get(word, 0) | kind
            if "'" in word and kind == Kind.QUESTION:
                known[word] |= Kind.AUXILIARY
    for word in VERBS - NO_CONTENT:
        known[word] |= Kind.CONTENT
    for word in ORDERS - NO_CONTENT:
        known[word] |= Kind.CONTENT | Kind.VERB
    for word in NO_CONTENT:
        known.setdefault(word, 0)
    return known


_KINDS = _kinds()
_CONTENT, _INFLECTED = Kind.CONTENT, Kind.CONTENT | Kind.VERB


def kind_of(word: str) -> int:
    """What a word may be in a clause, as `Kind`. A word that is in no list says what the clause is about."""
    if word.isdecimal():
        return 0
    known = _KINDS.get(word.partition(" ")[0])
    if known is not None:
        return known
    if len(word) >= _LONG_ENOUGH and word.endswith(("ed", "ing")):
        return _INFLECTED
    return _CONTENT


def kinds_of_words(words: Sequence[str]) -> list[int]:
    """`kind_of` each word."""
    return [known if (known := _KINDS.get(word)) is not None else kind_of(word) for word in words]
