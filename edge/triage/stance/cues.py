"""What people write who refuse, have settled a matter, only tell of something, or ask: a table of cues.

Expressions over words in normal form with a space on either side, by the field of `Stance` that counts them. Each
begins with the space before its first word: a search for it is faster than one for a word boundary. A new way to say
something goes to the field of its meaning; then `models/wording/train_stance.py` learns the weights again.
"""

import re
from collections.abc import Mapping
from functools import cache

_NOT = r"(?:not|never|cannot|aint|dint|\w*(?:n't|[sd]nt))"
"""Negations, also as typed without an apostrophe."""
_WH = r"(?:what|what's|where|where's|when|when's|why|why's|how|how's|which|who|who's|whose)"
_VERB = r"(?:is|are|am|was|were|do|does|did|can|could|will|would|should|shall|may|has|have)"
"""Verbs that stand before their subject in a question."""
_OPENING = r"(?:please|so|and|but|hi|hello|hey|ok|okay|wait|also|well|just|actually|oh|then|bruh|ah)"
_SAY = (
    r"(?:told|tells?|telling|sent|send|sending|showed|showing|shown|lists|listed|expla\w*|gave|read|reading|pasted"
    r"|greeted|wrote|ask(?:s|ed|ing)?|mentioned|quoted|answered|talking|discussing|pitching|named)"
)
_KIN = (
    r"(?:husband|wife|mother|father|mom|mum|dad|sister|brother|bro|cousin|uncle|aunt|gran|grand(?:ma|pa|dad)|granny"
    r"|niece|nephew|son|daughter|toddler|child|children|kids?|neighbou?r|landlord|boss|ex|homie|roommate|flatmate"
    r"|teacher|colleague|mates?|friends?)"
)


def _words(*choices: str, after: str = "") -> str:
    """One of these, as whole words; `after` is an expression for what must stand before them."""
    return rf" {after}(?:{'|'.join(choices)})(?= )"


def _opens(*choices: str) -> str:
    """A message that begins with one of these, or with one of these after a word that only opens it."""
    return rf"^ (?:{_OPENING} )*(?:{'|'.join(choices)})(?= )"


# fmt: off
_CUES = {
    "refuses": (
        # The asker does not want, ask or mean it, or knows it.
        _words(rf"{_NOT} (?:even |really |actually )?(?:want|wanna|need|ned|needed|like|feeling|wanted)", "no need",
               "needn't", "no longer (?:want|need)", "no thanks?", "rather not", "i'd rather"),
        _words(rf"(?:{_NOT}|stop) (?:\w+ )?(?:ask\w{{0,3}}|looking|worried|worry|complain\w*|chasing|interested"
               r"|bother|concerned|curious|waiting|tryna|trying|talking)"),
        _words("who (?:asked|said)", "no interest", "not what i'm", "no question", "ik", "i get (?:why|that)", "got it",
               r"(?:i|already) know?(?! i | it's been)"),
        _words(rf"(?:i|we) (?:\w+ )?{_NOT} (?:say|said|mean|meant)", rf"{_NOT} have to"),
        # What somebody is not doing. What is not happening to them is trouble instead.
        (r"(?:^| (?:i'm|i am|i|i was|we|we're|you)) (?:not|aint|wasn't) "
                   r"(?!get|receiv|sure|see|able)\w+ing?(?= )"),
        # Orders not to do something, and to leave things as they are.
        (rf"(?:^| (?:{_OPENING}|no|nah|rn|fine|it|that|me|not|days|again)) (?:don't|do not|stop|quit) "
                   r"(?!want|need|know|have|understand|see|get|care|work|let|like|think|believe|recogni|wanna|matter"
                   r"|really|even|the)[\w']+(?= )"),
        _words("(?:don't|do not|stop) (?:tell|send|explain|ask|touch|start|add|put|walk|show|call|bother)(?:ing)?"),
        _opens("nah", "nope", "not", "leave", "keep", "skip", "no more", "no(?= $)", "no (?:i|i'm|it|it's|that|that's"
               rf"|the|we|there's|please|not|don't|do|my|stay|{_NOT})"),
        _words(r"no (?:\w+ ){1,3}(?:please|thanks|rn|today|tonight)", "please no"),
        _words("leave (?:it|the|that|my|this)", "keep (?:it|the|that|my|going)", "stays?"),
        # Trouble that is denied.
        _words(rf"(?:{_NOT}|no|nothing|any) (?:\w+ )?(?:stolen|stole|lost|declined|charged|pending|wrong|twice|fraud"
               r"|blocked|broken|problem|issue|confused|missing|cancelled|complain\w*|fee|stuck|charge|late|urgent|rush"
               r"|longer an?)"),
    ),
    "settled": (
        # Called off.
        _words("nvm", "never ?mind", "forget (?:it|what|the|about)", "(?:cancel|scratch|scrap) (?:that|what)",
               r"ignor\w* (?:me|my|that|the)", "carry on", r"(?:thanks|thank you|thanx|tanks) any\w*",
               r"no (?:\w+ ){1,3}?(?:needed|required|necessary)", "(?:can|please|consider|and) close", "my bad",
               "false alarm", "panic over", "crisis (?:over|averted)", "take it (?:all )?back", "taken care", "we good",
               "we're good", "all (?:good|set|fine|clear|square|sorted)", "mystery", "that's that"),
        # Done, by itself or at last.
        _words("already", "alredy", "alr", "finally", "in the end", "after all", "by (?:itself|myself)", "myself",
               "on (?:its|their) own", "just now", "phew", "apparently", "meantime"),
        _words("sorted", "solved", "resolved", "fixed", "settled", "figured", "worked out", "found", "turned up",
               "got (?:(?:it|my|the|in)(?! wrong)|approved|accepted|sorted)", "went (?:thru|through)",
               "came (?:back|today)", "landed", "confirmed", "booked", "approved", "refunded", "reversed", "corrected",
               "completed", "finished", "done", "over", "delivered", "updated", "verified", "activated", "picked",
               "caught up", "recogni[sz]ed", "worked", "received", "closed", "linked", "lifted", "passed", "decided",
               after="(?<!not )(?<!n't )(?<!never )"),
        _words(r"(?:works?|worked|working|is|are|am|i'm|it's|\w+'s) (?:(?:\w+ ){0,4}?(?:now|again|back)|here|ready)"),
        # What it was.
        _words("(?:it|that|they|this) (?:was|were) (?:my|me|the|under|in|just|only|easy|all|right)",
               "(?:is|was|were) (?:my own|mine|me|myself|right|fine)", "(?:turns|turned) out"),
        # Good enough, or of no matter.
        _words("idc", "don't (?:really )?care", "do not care", "enough", "as it is", "the way (?:it|i)", "whatever",
               rf"{_NOT} (?:\w+ )?(?:matter|mind|problem|issue|concern|complaint|necessary|business|interest)",
               r"(?:is|are|all|totally|so|\w+'s|i'm) (?:\w+ )?(?:fine|ok|okay|enough|good|happy|perfect|cool|calm"
               r"|clear)", "happy", "perfect", "chill"),
        _words("thanks", "thank", "thanx", "thnx", "tanks", "cheers", "sorry", "sry", "sory"),
    ),
    "tells": (
        # What somebody said.
        _words("(?:you|they|he|she|bot|someone|somebody|everyone|guy|lady|agent|page|mail|email|form|host|dude|people"
               rf"|{_KIN}|chat|team|helper|caller) (?:have |just |already |only |once |kept |keep |keeps |was |is )?"
               rf"{_SAY}", rf"(?:you've|they've|he's|she's|chat's|keep|keeps|kept) (?:\w+ )?{_SAY}"),
        _words("says?", "said", "saying", "calls", "called", "line", "verse", "quote", "typed", "written", "sign",
               "interview", "podcast", "typo", after=r"(?<!it )(?<!app )(?<!site )(?<!\A )"),
        # That another question is meant.
        _words("i(?:'d| had| have|'ve)? (?:asked|meant)", "i was (?:asking|askin)",
               "my (?:question|message) (?:is|was)",
               r"(?:i|all i|i'm) (?:only|just) (?:want\w*|need\w*|came|mention\w*|told|typed|here)",
               r"what i(?:'d)? (?:want\w*|ask\w*|need)", "i (?:only )?wanted", "wrong (?:window|chat|thing)",
               "that's not what"),
        # Other people, asides and old stories.
        _words(rf"(?:my|his|her|our|their|your|the|every|some|last) (?:\w+ )?{_KIN}",
               "he|she|he's|she's|him|his|her"),
        _words("anyways?", "btw", "by the way", "just (?:so|letting) you know", "lol", "lmao+", "haha+", "smh",
               "reminds me", "funny", "fun fact"),
        _words("once", "years? ago", "ages ago", "back in", r"in (?:19|20)\d\d", "last (?:year|month|spring|summer)",
               "every", "ever", "always", "story", "used to"),
    ),
    "past": (
        _words("was|were|had|went|came|got|took|made|did|saw|heard|slept|sold|sang", r"\w{3,}ed"),
    ),
    "asks": (
        # Questions.
        _opens(_WH),
        _words(rf"{_WH} (?:\w+ ){{0,3}}?{_VERB} (?:i|you|it|there|the|my|this|that|we|they|your|he|she)"),
        _words("(?:what|where|when|how|why|who)'s", "how (?:come|long|much|many)"),
        (rf" {_WH}(?: tho| now| then| else)? $"),
        _opens(rf"(?:{_VERB}|\w+n't (?:i|you|it|there|we|they|this|the|my)) (?!not)\w+"),
        _words("(?:do|does|did|can|could|will|would|should|may) (?:i|you|it|we|they|y'?all|there|someone|anyone|this"
               "|these)"),
        _words("(?:is|are|isn't|aren't|was) (?:there|it|they|this|you|any|anything)", after="(?<!it )(?<!that )"),
        # Wishes and orders.
        _words("(?:i|we) (?:just |really |only )?(?:want|need)", "(?:i'd|would) like", "help"),
        _opens("tell|show|give|send|help|explain|set|turn|play|add|delete|remove|cancel|book|order|find|check|change",
               "put|make|start|call|open|close|get|reserve|transfer|mail|tweet|remind|repeat|clean|switch|increase",
               "decrease|lower|bring|provide|talk|speak|mute|empty|list|need|want|looking|trying|report|track|reset",
               "update|fix|print|read"),
        _words("(?:tell|show|give|find|check|make|set|turn|play|add|delete|remove|cancel|book|order|put|start|switch"
               "|report|explain|track|send|fix|clear|kill|mute|say|bring) (?:it|me|the|my|a|them|em|this|that|another"
               "|all|us|an|some|those)", after="(?<!to )(?<!n't )(?<!not )"),
    ),
    "fails": (
        _words("can't|cannot|couldn't|won't|wouldn't|doesn't|dosnt|isn't|aren't|hasn't|haven't|hadn't", "unable",
               "fails?|failing", r"not (?:work|show|load|arriv|receiv|get|verified|credited|complete|allowed|here"
               r"|available|possible)\w*", "never (?:got|arrived|came|received|started|went|made|bought|gave)"),
        _words("still|yet|any ?more|no longer|since|keeps?"),
        _words("no more", after=r"(?<=\w )(?<!please )"),
        _words(rf"but (?:\w+ ){{0,2}}?(?:{_NOT}|no)"),
        # What a program says, one says because it stands in the way.
        (r"(?:^| (?:it|app|site|website|screen|phone))(?: just)? says(?= )"),
    ),
    "trouble": (
        _words("wrong|error|declined|stolen|stole|lost|stuck|missing|failed|broken|broke|charged|twice|late|pending",
               "problem|issue|unauthorized|swallowed|incorrect|fee|frozen|locked|damaged|rejected|refused|refund",
               r"hacked|cheating|fraud\w*|harass\w*|threat\w*|danger\w*|banned|kicked|unavailable|unsuccessful",
               "empty", "not mine"),
    ),
}
# fmt: on


@cache
def stance_cues() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    """The expressions by the field of `Stance` that counts them. To compile them takes a twentieth of a PoP's start."""
    return {kind: tuple(map(re.compile, expressions)) for kind, expressions in _CUES.items()}
