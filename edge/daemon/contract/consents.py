"""The operations about consent: to give it and take it back, to ask and agree in one tap, and what is asked for."""

from edge.daemon.contract.islands import IN_PATH, LANGUAGE, UNSERVED
from edge.host.openapi import Json, in_query, json_answer, json_body, operation
from edge.records import consent

CONSENT_RECORDS = (
    consent.ConsentRequest,
    consent.ConsentResponse,
    consent.FastPathRequest,
    consent.FastPathResponse,
    consent.PurposeDocument,
    consent.PurposeList,
)
_SESSION: list[dict[str, list[str]]] = [{"session": []}, {"ingest": []}]
_AGREEING = "422:malformed session_invalid session_untrusted unauthorised token_invalid not_found contradictory storage"


def consent_paths(key: Json, *, asking: str) -> Json:
    """Their paths. `key`: the header `Idempotency-Key`; `asking`: the problems of a question."""
    give = operation(
        "giveConsent",
        "Give consent, take it back, or ask what is in force",
        answers={"200": json_answer("In force now; what was changed is durable", consent.ConsentResponse)},
        problems=f"{_AGREEING} {UNSERVED} key_reused",
        security=_SESSION,
        parameters=[key],
        body=json_body(consent.ConsentRequest),
        rules="Refused with 401: a request without a session. With 422: a purpose twice. With 409: another version "
        "than that in force, whose text must be shown first. With 503 (`storage`): there is no room for one more; a "
        "withdrawal is always taken. With 429: also what is not in force was taken back 16 times within an hour.",
    )
    tap = operation(
        "fastPath",
        "A question and the consent to what it needs, in one tap",
        answers={
            "200": json_answer("Answered by the machine; the consent is durable", consent.FastPathResponse),
            "202": json_answer("Escalated to people; ticket and consent are durable", consent.FastPathResponse),
        },
        problems=f"{asking} {_AGREEING} {UNSERVED}",
        security=_SESSION,
        parameters=[key, LANGUAGE],
        body=json_body(consent.FastPathRequest),
        rules="As `ask` and `giveConsent`. If there is no room for the consent, the question is asked without it, and "
        "`consent.record` is null.",
    )
    purposes = operation(
        "listPurposes",
        "What an island asks consent for, in words that its tenant signed",
        answers={"200": json_answer("Now", consent.PurposeList)},
        problems=UNSERVED,
        parameters=[
            in_query("locale", {"type": "string"}, "The one language wanted; `Accept-Language` then says nothing"),
            LANGUAGE,
        ],
    )
    return {
        "/v1/consent": {"post": give},
        "/v1/fastpath": {"post": tap},
        "/v1/islands/{tenant}/{island}/purposes": {"parameters": list(IN_PATH), "get": purposes},
    }
