"""How well do machine and people answer? This room alone defines what is counted.

Counts are whole numbers with a closed set of names, by hour, island and snippet. They add up over hours, snippets,
islands and PoPs. Shares, percentiles and costs are computed last, from sums (`figures`); they are never averaged.

**Question**: a viewer's question that was answered, clarified or escalated. Not counted: a question that was refused
with a problem document, one that was ignored, and one asked while people had the session, which belongs to the ticket
before it. Of a decision tree only the end counts.

**Snippet** of a question: the one that answered it, or else the likeliest one. No snippet for questions that are out of
scope, and for safety and fraud.

**Contact**: a session's first question about an island, and every later one within the contact window. It ends as

* `resolved`: the machine answered, perhaps after a clarification. The session asked no more within the window, and no
  feedback said that it contacted people again or that nothing was resolved.
* `again`: the machine answered, but the session asked again, or such feedback came.
* `people`: it was escalated before it was answered.
* `open`: it was clarified, and the viewer left.

A question without a session belongs to no contact. A contact is counted when its window is over, in the hour in which
it began. Tickets and feedback are counted in the hour of their question. Feedback counts once for each topic, snippet
and session. Feedback on questions without a session has counts of its own, which no figure contains.

**Ticket**: an escalated question, unless it was asked while people already had the session. *Acknowledged*: its first
desk event came. *Replied*: its first reply came. *Dealt with*: replied or resolved.

**Offer**: likely snippets from which a viewer can choose. *Taken*: the viewer picked one. *Refused*: none of these. It
is counted under the likeliest of its snippets, and the answer to a picked one under that snippet (reason `picked`).

**Offer while waiting**: likely snippets that a viewer can pick from while people have the question. It is counted apart
from other offers, and a pick is no further question. *Solved while waiting*: the viewer picked one, and the ticket was
taken back. The question stays escalated, its contact `people`, and what its desk says later does not count.

**Filtered**: a message in which a filter of the island found something, by rule and action, under the snippet of its
question. A message that was ignored is counted here, too, though it is no question.

**Touched** by a filter: a contact, or feedback on a question, in which a rule found something. The end of the contact
and the feedback count once more for each of its rules, so that moderation and what came of it stand together.

`edge.tally.compare` says what people did with a suggested answer. It is imported only when it is used, because it
imports triage.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.tally.compare import compare_reply
    from edge.tally.contact import (
        Contact,
        ContactState,
        advance_contact,
        close_contact,
        contradict_contact,
        touch_contact,
    )
    from edge.tally.count import (
        CountKey,
        Counts,
        Decided,
        ProgressEvent,
        TicketRecord,
        after_take_back,
        count_choice,
        count_decided,
        count_feedback,
        count_progress,
        counts_at,
        hour_of,
    )
    from edge.tally.figures import DEFINITIONS, StatsFigures, cost_of, figures_of
    from edge.tally.filtered import FilterFigures
    from edge.tally.names import BOUNDS_S, CounterName, is_within, touched_rule
    from edge.tally.shares import Share
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "compare": "compare_reply",
            "contact": "Contact ContactState advance_contact close_contact contradict_contact touch_contact",
            "count": (
                "CountKey Counts Decided ProgressEvent TicketRecord after_take_back count_choice count_decided "
                "count_feedback count_progress counts_at hour_of"
            ),
            "figures": "DEFINITIONS StatsFigures cost_of figures_of",
            "filtered": "FilterFigures",
            "names": "BOUNDS_S CounterName is_within touched_rule",
            "shares": "Share",
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
    "FilterFigures",
    "ProgressEvent",
    "Share",
    "StatsFigures",
    "TicketRecord",
    "advance_contact",
    "after_take_back",
    "close_contact",
    "compare_reply",
    "contradict_contact",
    "cost_of",
    "count_choice",
    "count_decided",
    "count_feedback",
    "count_progress",
    "counts_at",
    "figures_of",
    "hour_of",
    "is_within",
    "touch_contact",
    "touched_rule",
]
