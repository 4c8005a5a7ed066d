"""How well does it go? What happened is counted here, and what the counts mean is defined here and nowhere else.

Counts are whole numbers under a closed set of names, by hour, island and snippet. They only ever add up: over hours,
snippets, islands and PoPs. Shares, percentiles and costs are computed last, from sums (`figures`), never averaged.

**Question**: a viewer's question that was answered, clarified or escalated. Not: one that was refused with a problem
document, one that was ignored (other bots, staff, chatter, an answer just posted), and one asked while people had
the session, which belongs to the ticket before it. Of a decision tree only the end is one.

**Snippet** of a question: the one that answered it, else the likeliest one; none where more likely than not none is
right, and for safety and fraud.

**Contact**: a session's first question about an island and all that it asks about it within the window after. Ends as

* `resolved`: the machine answered, perhaps after a clarification, the session asked no more within the window, and no
  feedback said that it contacted anyone again or that nothing was resolved;
* `again`: the machine answered, and one of these happened;
* `people`: it was escalated before it was answered;
* `open`: it was clarified and the viewer left.

A question without a session belongs to no contact. A contact counts in the hour in which it began, once its window is
over; so do tickets and feedback: in the hour of the question that they are about.

**Ticket**: a question escalated, but for those asked while people had the session already. Acknowledged: its desk
first reported anything about it. Replied: its desk first reported a reply. Dealt with: replied or resolved.

`edge.tally.compare` tells what people made of a suggested answer. It is imported by itself, since triage is behind it.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.tally.compare import compare_reply
    from edge.tally.contact import Contact, ContactState, advance_contact, close_contact, contradict_contact
    from edge.tally.count import (
        CountKey,
        Counts,
        Decided,
        ProgressEvent,
        TicketRecord,
        count_decided,
        count_feedback,
        count_progress,
        counts_at,
        hour_of,
    )
    from edge.tally.figures import DEFINITIONS, Share, StatsFigures, cost_of, figures_of
    from edge.tally.names import BOUNDS_S, CounterName, is_within
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "compare": "compare_reply",
            "contact": "Contact ContactState advance_contact close_contact contradict_contact",
            "count": (
                "CountKey Counts Decided ProgressEvent TicketRecord count_decided count_feedback "
                "count_progress counts_at hour_of"
            ),
            "figures": "DEFINITIONS Share StatsFigures cost_of figures_of",
            "names": "BOUNDS_S CounterName is_within",
        },
    )

__all__ = [
    "BOUNDS_S",
    "DEFINITIONS",
    "Contact",
    "ContactState",
    "CountKey",
    "CounterName",
    "Counts",
    "Decided",
    "ProgressEvent",
    "Share",
    "StatsFigures",
    "TicketRecord",
    "advance_contact",
    "close_contact",
    "compare_reply",
    "contradict_contact",
    "cost_of",
    "count_decided",
    "count_feedback",
    "count_progress",
    "counts_at",
    "figures_of",
    "hour_of",
    "is_within",
]
