"""Which stretches of a message could stand alone, and where one begins? By word lists alone, for English.

A clause has a verb or a question word of its own, and a word that says what it is about.
"""

from edge.triage.parts.clause_words import (
    ANAPHORS,
    ASKING,
    BEFORE_A_QUESTION,
    BEING,
    DIVIDING,
    FIRM,
    FIRM_VERBS,
    GENERAL,
    GOVERNORS,
    MEASURED,
    OWNING,
    PAST,
    PHRASED,
    POINTERS,
    PREPOSITIONS,
    SUBORDINATE,
    WANTING_MORE,
    Kind,
)
from edge.triage.parts.counted import Counted

_FIRST = Kind.QUESTION | Kind.AUXILIARY | Kind.SUBJECT | Kind.DETERMINER

_SHORTEST_CLAUSE = 3
"""Words with which one word of content suffices."""

_SHORTEST_QUESTION = 4
"""Words of most questions that begin with a verb: "is the hoodie available"."""

_LONG_CLAUSE = 10
"""Words from which on a clause has enough of its own."""

_ENOUGH_CONTENT = 2
"""Words of content of a clause that has no verb."""

_NEAR = 5
"""Words within which a clause that begins has its verb."""


class Clauses(Counted):
    """The words of one message as clauses see them. Every question takes a bounded number of steps or one sum."""

    def is_clause(self, start: int, end: int) -> bool:
        """True if `[start:end]` could be a message of its own."""
        size, content = end - start, self.content(start, end)
        if size < _SHORTEST_CLAUSE:
            return size > 1 and content > 1 and self.has_predicate(start, end)
        return (content > 0 and self.has_predicate(start, end)) or self.begins_question(start, end)

    def is_inside(self, at: int) -> bool:
        """True if nothing begins at this word, if no sign and no joining word stands before it: a quick look."""
        if not self.kinds[at] & _FIRST and self.words[at] not in BEFORE_A_QUESTION:
            return True
        return self.is_governed(at)

    def begins_question(self, at: int, end: int) -> bool:
        """True if a question with its verb begins here: "when does …", "which size is …", "can i …"."""
        kind = self.kinds[at]
        if self.words[at] in BEFORE_A_QUESTION and at + 1 < end and self.kinds[at + 1] & Kind.QUESTION:
            return self.begins_question(at + 1, end)
        if kind & Kind.QUESTION:
            if kind & Kind.AUXILIARY:
                return at + 1 < end
            near = _NEAR if self.words[at] in PHRASED else 2
            for follows in range(at + 1, min(at + near, end - 1)):
                if self.kinds[follows] & Kind.AUXILIARY:
                    return not self.kinds[follows] & Kind.SUBJECT
                if self.kinds[follows] & (Kind.SUBJECT | Kind.DETERMINER):
                    return False
            return False
        return at + 2 < end and self._is_inverted(at)

    def _is_inverted(self, at: int) -> bool:
        """True if a verb stands before its subject."""
        kind, follows = self.kinds[at], self.kinds[at + 1]
        if not kind & Kind.AUXILIARY or kind & (Kind.SUBJECT | Kind.QUESTION) or follows & Kind.AUXILIARY:
            return False
        if follows & Kind.SUBJECT:
            return True
        # "The jacket has a pocket" asks nothing, "has my order left" does.
        return bool(follows & Kind.DETERMINER) and (self.words[at] not in OWNING or self.words[at + 1] == "my")

    def belongs_to_what_is_before(self, at: int) -> bool:
        """True if the verb here belongs to a subject or a question word shortly before: "what time | is it"."""
        if not self.kinds[at] & Kind.AUXILIARY or self.kinds[at] & Kind.QUESTION:
            return False
        if self.words[at - 1] in WANTING_MORE or self.words[at - 1] in {"there", "that", "this", "you"}:
            return True
        for before in range(at - 1, max(-1, at - 1 - _LONG_CLAUSE), -1):
            kind = self.kinds[before]
            if kind & Kind.QUESTION:
                return not kind & Kind.AUXILIARY and (before + _NEAR >= at or self.words[before] in PHRASED)
            if kind & (Kind.AUXILIARY | Kind.SUBJECT):
                return False
            if self.words[before] in DIVIDING:
                # "Which streams count for the lantern | is there …": no phrase of a question word is like that.
                return False
        return False

    def begins_loosely(self, at: int, end: int, *, after_a_question: bool) -> bool:
        """True if a question begins here that a joining word must stand before: "do lockers work"."""
        if self.begins_question(at, end):
            return True
        word, follows = self.words[at], at + 1
        if end - at < _SHORTEST_CLAUSE:
            return False
        if self.kinds[at] & Kind.QUESTION and self.words[follows] in MEASURED:
            return True
        if end - at < _SHORTEST_QUESTION:
            return False
        if word in SUBORDINATE:
            return after_a_question and bool(self.kinds[follows] & Kind.SUBJECT) and self.asks(follows, end)
        if word == "which":
            return bool(self.kinds[follows] & Kind.CONTENT)
        asking = word in ASKING or (after_a_question and word in BEING)
        return asking and bool(self.kinds[follows] & (Kind.CONTENT | Kind.DETERMINER))

    def begins_statement(self, at: int, end: int, *, after_a_question: bool) -> bool:
        """True if a statement begins here: a subject, and its verb soon after."""
        kind = self.kinds[at]
        if at + 2 > end - (not kind & Kind.AUXILIARY):
            return False
        if kind & Kind.SUBJECT:
            return bool(kind & Kind.AUXILIARY) or self.words[at] in {"i", "we"} or self._has_verb(at + 1, end, _NEAR)
        if kind & Kind.DETERMINER:
            return self._has_verb(at + 2, end, _NEAR)
        if not kind & (Kind.CONTENT | Kind.VERB):
            return False
        # A noun and its verb, "drops don't work", or a verb and its object, "picked the wrong day".
        if any(
            self.kinds[near] & Kind.AUXILIARY or self.words[near] == "not" for near in range(at + 1, min(at + 3, end))
        ):
            return True
        if kind & Kind.VERB and self.words[at].endswith(("ed", "ing")) and self.kinds[at + 1] & Kind.DETERMINER:
            return True
        return after_a_question and (self.words[at] in PAST or self._is_past(at + 1))

    def _is_past(self, at: int) -> bool:
        return self.words[at] in PAST or (self.kinds[at] & Kind.VERB != 0 and self.words[at].endswith("ed"))

    def _has_verb(self, start: int, end: int, near: int) -> bool:
        return start < end and self.has_predicate(start, min(start + near, end))

    def begins_firmly(self, at: int, end: int) -> bool:
        """True if a statement begins here that can hardly be a part of what stands before: "i can't", "my order is"."""
        word, kind = self.words[at], self.kinds[at]
        if at + 2 >= end or word not in FIRM:
            return False
        if kind & Kind.DETERMINER:
            return not self.kinds[at - 1] & Kind.VERB and self._has_verb(at + 2, end, 3)
        return bool((kind | self.kinds[at + 1]) & Kind.AUXILIARY) or self.words[at + 1].partition(" ")[0] in FIRM_VERBS

    def begins_fragment(self, begin: int, at: int, after: int, end: int) -> bool:
        """True after a whole question for words that can hardly go on with it: "… and swatting threat in chat now"."""
        if end - after < _SHORTEST_CLAUSE or self.content(after, end) < _ENOUGH_CONTENT:
            return False
        if at - begin < _SHORTEST_QUESTION or not self.asks(begin, at):
            return False
        kind, word = self.kinds[after], self.words[after]
        if "or" in self.words[after : after + 3]:
            return False
        if self.has_predicate(after, end):
            return not kind & Kind.VERB or word in PAST or word.endswith(("ed", "ing"))
        is_list = any(before in PREPOSITIONS for before in self.words[max(begin, at - 3) : at])
        return not is_list and not kind & (Kind.VERB | Kind.DETERMINER) and word not in PREPOSITIONS

    def begins_order(self, at: int, end: int) -> bool:
        """True if a clause begins here that wants something to be done: "cancel my order"."""
        return bool(self.kinds[at] & Kind.ORDER) and self.content(at, end) > 0

    def goes_on(self, start: int, end: int) -> bool:
        """True for a clause in which a verb without a subject may follow: "how do i", "i want to"."""
        return self.has_modal(start, end)

    def is_governed(self, at: int) -> bool:
        """True if the word before makes what follows a part of its own clause."""
        return self.words[at - 1] in GOVERNORS

    def is_open(self, start: int, end: int) -> bool:
        """True if the clause that ends here wants more: "can i", "is it the"."""
        last = self.words[end - 1]
        if last in WANTING_MORE:
            return True
        return bool(self.kinds[end - 1] & Kind.AUXILIARY) and not last.endswith("n't") and not self.asks(start, end)

    def is_short(self, start: int, end: int) -> bool:
        """True for the first half of a question alone: "does the hoodie"."""
        if end - start >= _SHORTEST_QUESTION or not self.kinds[start] & Kind.AUXILIARY:
            return False
        is_whole = self.words[start] in BEING and self.kinds[start + 1] & Kind.CONTENT
        return end - start < _SHORTEST_CLAUSE or not (is_whole or self.kinds[start + 1] & Kind.SUBJECT)

    def leans_back(self, at: int, end: int) -> bool:
        """True for a clause about what was said before: "it seemed fine", "is that normal", "what do i do"."""
        if end - at >= _LONG_CLAUSE:
            return False
        words, kinds = self.words[at:end], self.kinds[at:end]
        if self.asks(at, end):
            if any(word in POINTERS for word in words):
                return True
        elif words[0] in ANAPHORS and not (len(words) > 1 and kinds[1] & (Kind.CONTENT | Kind.VERB) == Kind.CONTENT):
            # "It seemed fine", but not "this dude won't stop".
            return True
        return not any(
            kind & Kind.CONTENT and word.partition(" ")[0] not in GENERAL
            for word, kind in zip(words, kinds, strict=True)
        )
