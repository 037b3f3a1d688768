"""What refusals of the API mean, in English: for each type its title, what it means and what to do."""

from typing import Final

ENGLISH_PROBLEMS: Final[dict[str, str]] = {
    "problem": "Problem",
    "problems": "Problems of the API",
    "problems_intro": "Refusals of the API are problem documents (RFC 9457). Their `type` is the address of a page.",
    "problem_do": "What to do",
    "problems_all": "All problems",
    "problem_malformed_title": "The request can't be read",
    "problem_malformed_means": "The body is no JSON in UTF-8, is nested too deeply, or its framing is broken.",
    "problem_malformed_do": (
        "Send what a JSON library writes. `detail` says where reading stopped. The same bytes will be refused again."
    ),
    "problem_unauthorized_title": "A valid token is needed",
    "problem_unauthorized_means": "No token was shown, or one that is unknown, revoked or misspelt.",
    "problem_unauthorized_do": (
        "Send `Authorization: Bearer chub_…`. An administrator makes a token with `channelhub token create`."
    ),
    "problem_token-expired_title": "The token's time is over",
    "problem_token-expired_means": "The token was valid, and ended at the moment it was made for.",
    "problem_token-expired_do": "Ask an administrator for a new one. Nothing else about the request is wrong.",
    "problem_forbidden_title": "This token may not do that",
    "problem_forbidden_means": "The token is valid, but its role, its scopes or its account don't reach this far.",
    "problem_forbidden_do": (
        "`detail` names the role or the scope that is needed. Use another token, or have one made with that scope."
    ),
    "problem_cross-site_title": "The request came from another site",
    "problem_cross-site_means": "A browser sent it with the hub's cookie, but not from one of the hub's own pages.",
    "problem_cross-site_do": (
        "Programs and pages of other sites use a token in `Authorization`, and `cors_origins` lists such a "
        "page's origin."
    ),
    "problem_not-found_title": "There is no such thing here",
    "problem_not-found_means": (
        "No route has this address, or nothing has this id: it never was, or it is no longer kept."
    ),
    "problem_not-found_do": "Look at the address and the id. Ids are taken from answers of this hub, never made.",
    "problem_unknown-account_title": "There is no such account",
    "problem_unknown-account_means": (
        "The request names an account that the configuration doesn't have, or not of this kind."
    ),
    "problem_unknown-account_do": (
        "`GET /api/v1/connectors` lists the accounts. A new one needs a section `[accounts.…]` and a reload."
    ),
    "problem_method-not-allowed_title": "This address takes other methods",
    "problem_method-not-allowed_means": "The address exists, but not with this method.",
    "problem_method-not-allowed_do": "The header `Allow` lists the methods; the API's description says what each does.",
    "problem_request-timeout_title": "The request came too slowly",
    "problem_request-timeout_means": "Its headers or its body did not arrive in time. Nothing was done.",
    "problem_request-timeout_do": (
        "Send it again. If it happens often, the way to the hub is slow, or the body is larger than the way allows."
    ),
    "problem_conflict_title": "It has changed, or its state does not allow this",
    "problem_conflict_means": (
        "Somebody changed it after you read it, its state does not allow this, or the same key is at work right now."
    ),
    "problem_conflict_do": "Read it again, look what it is now, and decide anew with its present `version`.",
    "problem_gone_title": "This is used up",
    "problem_gone_means": "The link was good for one use or for some time, and that is over.",
    "problem_gone_do": "Ask for a new link.",
    "problem_precondition-failed_title": "It is not what the request expects",
    "problem_precondition-failed_means": (
        "`If-Match` names a state that is no longer the present one. Nothing was changed."
    ),
    "problem_precondition-failed_do": "Read it again, take the new `ETag`, and decide anew.",
    "problem_too-large_title": "The request is too large",
    "problem_too-large_means": "The body is larger than is taken here; `detail` says how much is.",
    "problem_too-large_do": "Send it in pieces: batches of fewer items, fewer or smaller files.",
    "problem_unsupported-media-type_title": "This media type is not taken here",
    "problem_unsupported-media-type_means": (
        "The body's `Content-Type` is another than this route reads, or the body is compressed."
    ),
    "problem_unsupported-media-type_do": (
        "Send `Content-Type: application/json` where JSON is read, and no `Content-Encoding`."
    ),
    "problem_invalid_title": "A field is wrong",
    "problem_invalid_means": "The request can be read, but a field or parameter has a value that is not taken.",
    "problem_invalid_do": (
        "`errors` names each field and what is wrong with it. Correct it; the same request will be refused again."
    ),
    "problem_too-many-requests_title": "Too many requests",
    "problem_too-many-requests_means": (
        "This token, or this address after failed attempts, asks more often than is allowed. Nothing was done."
    ),
    "problem_too-many-requests_do": (
        "Wait as many seconds as `Retry-After` says. `RateLimit` on every answer tells what is left."
    ),
    "problem_headers-too-large_title": "The request's headers are too large",
    "problem_headers-too-large_means": (
        "The first line or a header is longer than 8 KiB, or there are more than 100 headers."
    ),
    "problem_headers-too-large_do": (
        "Move long values from the address to the body; look for cookies that a proxy adds."
    ),
    "problem_refused_title": "The request is refused",
    "problem_refused_means": "The HTTP library refused it before it came to a route; the status says why.",
    "problem_refused_do": "`status` and `detail` say what is wrong with the request as HTTP.",
    "problem_internal_title": "A defect of this server",
    "problem_internal_means": "Something happened that the hub didn't foresee. It was logged.",
    "problem_internal_do": (
        "Give the operator the id in `incident`: the log has the defect under it. Whether something was done "
        "is uncertain: look before you repeat, or repeat with the same `Idempotency-Key`."
    ),
    "problem_unavailable_title": "Not now; try again",
    "problem_unavailable_means": (
        "The hub can't take it at the moment: the disk is full, the queue is, or it is starting or stopping. "
        "Nothing was stored."
    ),
    "problem_unavailable_do": "Send the same again after `Retry-After` seconds, and keep it until a 2xx comes.",
}
