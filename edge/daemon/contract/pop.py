"""The OpenAPI 3.1 description of a PoP's HTTP interface, with the schemas of its records."""

from edge import records
from edge.daemon.callers import INGEST_TOKEN_HEADER
from edge.daemon.contract.examples import EXAMPLES
from edge.daemon.contract.ledger import LEDGER_RECORDS, ledger_paths
from edge.daemon.contract.merges import MERGE_RECORDS, merge_paths
from edge.daemon.contract.others import OTHER_RECORDS, other_paths
from edge.daemon.contract.viewers import VIEWER_RECORDS, viewer_paths
from edge.host.openapi import ISLAND, Json, common_paths, document, json_answer, record_of
from edge.records.answers import AnswerList

_SCHEMES: Json = {
    "desk": {"type": "http", "scheme": "bearer", "description": "A desk's token"},
    "session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A viewer's session"},
    "ticket": {"type": "http", "scheme": "bearer", "description": "The `ticket_token` of a response"},
    "ingest": {"type": "apiKey", "in": "header", "name": INGEST_TOKEN_HEADER, "description": "An ingest's token"},
}
_NARROWED: dict[str, Json] = {
    "AskRequest.island": ISLAND,
    "ConsentRequest.island": ISLAND,
    "FastPathRequest.island": ISLAND,
    "SessionRequest.island": ISLAND,
    "NamedSession.island": ISLAND,
    "ReleaseRequest.island": ISLAND,
    "PostedMessage.island": ISLAND,
}
_NOTES = (
    "Every GET that ends is answered for HEAD, too. Another method than those here is answered with 405 and `Allow`."
)


def openapi_document() -> Json:
    """The whole description, to be encoded as JSON."""
    live = json_answer("It responds", record_of(live={"type": "boolean"}) | {"title": "Live"})
    return document(
        "Skerry PoP",
        records=(*VIEWER_RECORDS, *OTHER_RECORDS, *LEDGER_RECORDS, *MERGE_RECORDS, records.IslandStatus, AnswerList),
        paths={**viewer_paths(), **other_paths(), **ledger_paths(), **merge_paths(), **common_paths(live)},
        schemes=_SCHEMES,
        examples=EXAMPLES,
        narrowed=_NARROWED,
        notes=_NOTES,
    )
