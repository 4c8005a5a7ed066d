"""Errors on their way out: RFC 9457 problem documents whose `reason` is the closed word that logs and metrics use."""

from collections.abc import Callable

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from edge.errors import Reason, RefusedError, SkerryError, StorageError
from edge.host.log import error_location, get_logger
from edge.records import Problem

RETRY_AFTER_S = 5
"""What a viewer's page is asked to wait when the outbox cannot take a question."""

_STATUS = {
    Reason.MALFORMED: 400,
    Reason.TOO_LARGE: 413,
    Reason.TEXT_INVALID: 422,
    Reason.ISLAND_UNKNOWN: 404,
    Reason.ISLAND_NOT_OPEN: 404,
    Reason.ISLAND_EXPIRED: 410,
    Reason.ISLAND_WITHDRAWN: 410,
    Reason.ISLAND_STALE: 503,
    Reason.NOT_FOUND: 404,
    Reason.CONTRADICTORY: 409,
    Reason.SIGNATURE_INVALID: 401,
    Reason.TOKEN_INVALID: 403,
    Reason.UNAUTHORISED: 401,
    Reason.OVERLOADED: 503,
    Reason.STORAGE: 503,
}

_TITLE = {
    400: "the request is malformed",
    401: "not signed by, or no token of, whom it should be",
    403: "the token is not good here",
    404: "not found",
    405: "method not allowed",
    409: "that cannot be true",
    410: "no longer served",
    413: "the request is too large",
    422: "the question cannot be taken",
    500: "something broke here",
    503: "not now, try again",
}


def problem_response(
    status: int, reason: Reason, detail: str, *, title: str | None = None, retry_after_s: int = RETRY_AFTER_S
) -> web.Response:
    """A problem document as a response, by default with its status's usual title; a 503 says when to try again."""
    title = title or _TITLE.get(status, "refused")
    problem = Problem(title=title, status=status, detail=detail, reason=reason)
    headers = {"Retry-After": str(retry_after_s)} if status == web.HTTPServiceUnavailable.status_code else None
    return web.Response(
        body=msgspec.json.encode(problem), status=status, content_type="application/problem+json", headers=headers
    )


def problems_middleware(on_refused: Callable[[Reason], None]) -> Middleware:
    """Turn everything that a handler raises into a problem document; `on_refused` hears each reason."""
    log = get_logger()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except SkerryError as error:
            status, reason, detail = _STATUS.get(error.reason, 500), error.reason, error.text
            if isinstance(error, StorageError):
                log.error("storage failed", error=error.text)
                detail = "this node cannot keep what was sent, expected a working disk"
            elif not isinstance(error, RefusedError):
                log.error("request failed", error=error.text)
        except web.HTTPException as error:
            status, reason, detail = _from_http(request, error)
        except Exception as error:  # noqa: BLE001 - the last line of defence; a viewer gets no traceback
            log.error("request broke", path=request.path, error=type(error).__name__, where=error_location(error))
            status, reason, detail = 500, Reason.INTERNAL, "an unexpected error was logged here"
        on_refused(reason)
        return problem_response(status, reason, detail)

    return middleware


def _from_http(request: web.Request, error: web.HTTPException) -> tuple[int, Reason, str]:
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return 413, Reason.TOO_LARGE, f"the body is too large, expected at most {request.client_max_size} bytes"
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        return 405, Reason.MALFORMED, f"found {request.method}, expected {allowed}"
    if error.status == web.HTTPNotFound.status_code:
        return 404, Reason.NOT_FOUND, "there is nothing at this path, expected one listed in /openapi.json"
    return error.status, Reason.MALFORMED, error.reason
