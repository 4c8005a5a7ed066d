"""What is an island about? The names that its author gives, or those that stand out in what the author wrote."""

from edge.publish.source import IslandSource
from edge.triage import Things, normalise, proposed_names, with_synonyms


def own_names(source: IslandSource, things: Things) -> tuple[str, ...]:
    """The names of what the island is about, with their synonyms, in normal form; empty if its author gave none."""
    names = names_to_propose(source, things) if source.about is None else source.about
    return with_synonyms(names, source.not_about, things)


def names_to_propose(source: IslandSource, things: Things) -> tuple[str, ...]:
    """The names that stand out in the island's examples, titles and answers, in normal form.

    None in another language than English: what stands out is told by English words.
    """
    if not source.locale.startswith("en"):
        return ()
    examples = (example for snippet in source.snippets for example in snippet.examples)
    prose = [source.title, *(text for snippet in source.snippets for text in (snippet.title, snippet.answer))]
    others = set(map(normalise, source.not_about))
    return tuple(name for name in proposed_names(examples, prose, things) if name not in others)
