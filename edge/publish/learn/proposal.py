"""A change that an author may make, and the island with it."""

from enum import StrEnum

import msgspec

from edge.publish.learn.rehearsal import Effect
from edge.publish.source import IslandSource, SnippetSource
from edge.records import Automation


class ProposalKind(StrEnum):
    """What is to be changed."""

    ADD_EXAMPLE = "add_example"
    ADD_SNIPPET = "add_snippet"
    REMOVE_EXAMPLE = "remove_example"


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an island, why, and what it did in the rehearsal."""

    kind: ProposalKind
    snippet: str
    """Id of the snippet that is changed or added."""
    examples: tuple[str, ...]
    """Questions that are added, or the one that is removed."""
    answer: str = ""
    """Of a new snippet: people's reply, as a draft."""
    wordings: int
    """Different wordings that speak for it."""
    lines: int
    """Lines of the export with these wordings."""
    weight: float
    """How much the wordings count together: people's labels 1 each, viewers' 0.5."""
    judged: int = 0
    """Questions of the rehearsal that its snippet is the right one for. 0: its effect on them is not known."""
    before: Effect | None = None
    after: Effect | None = None
    """The rehearsal without it, and with it. None: not measured."""

    def applied(self, source: IslandSource) -> IslandSource:
        """The island as the patch makes it. A new snippet is a suggestion to people (`review`)."""
        if self.kind is ProposalKind.ADD_SNIPPET:
            draft = SnippetSource(
                id=self.snippet, automation=Automation.REVIEW, answer=self.answer, examples=self.examples
            )
            return msgspec.structs.replace(source, snippets=(*source.snippets, draft))
        changed = tuple(self._changed(one) if one.id == self.snippet else one for one in source.snippets)
        return msgspec.structs.replace(source, snippets=changed)

    def rehearsed(self, source: IslandSource) -> IslandSource:
        """The same, as if the author had approved a new snippet's draft: the machine may answer with it."""
        applied = self.applied(source)
        if self.kind is not ProposalKind.ADD_SNIPPET:
            return applied
        approved = msgspec.structs.replace(applied.snippets[-1], automation=Automation.ANSWER)
        return msgspec.structs.replace(applied, snippets=(*source.snippets, approved))

    def _changed(self, snippet: SnippetSource) -> SnippetSource:
        if self.kind is ProposalKind.ADD_EXAMPLE:
            return msgspec.structs.replace(snippet, examples=(*snippet.examples, *self.examples))
        left = tuple(example for example in snippet.examples if example not in self.examples)
        return msgspec.structs.replace(snippet, examples=left)
