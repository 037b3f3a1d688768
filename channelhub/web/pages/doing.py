"""The pages' buttons: each is a form, checked to come from our own pages, answered by going back to where it stood."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from aiohttp import web

from channelhub.domain.incidents import IncidentState
from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.domain.notices import OptOutMeans
from channelhub.pipeline.commands import attachments, hub, incidents, optouts, outages, people, resending, spam
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, checked_text, path_id, read_body
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route

MAX_FORM_BYTES = 1024 * 1024
Form = dict[str, str]
Work = Callable[[web.Request, Form], Awaitable[str]]  # the address to go to


async def read_form(request: web.Request, *, max_bytes: int = MAX_FORM_BYTES, max_fields: int = 20) -> Form:
    """The fields of a posted form. Raises Problem for another media type, too many fields, or broken text."""
    return dict(await read_fields(request, max_bytes=max_bytes, max_fields=max_fields))


async def read_fields(
    request: web.Request, *, max_bytes: int = MAX_FORM_BYTES, max_fields: int
) -> list[tuple[str, str]]:
    """As `read_form`, for forms with several fields of one name."""
    body = await read_body(request, max_bytes=max_bytes)
    if body and request.content_type != "application/x-www-form-urlencoded":
        raise Problem(Kind.MEDIA_TYPE, "Send a form, as application/x-www-form-urlencoded.")
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=max_fields, errors="strict")
    except ValueError as exc:
        raise Problem(Kind.MALFORMED, "The form can't be read.") from exc
    return [(name, checked_text(value, name)) for name, value in fields]


async def send_again(request: web.Request, form: Form) -> str:
    message_id = path_id(request)
    acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
    await resending.send_again(acting, actor, message_id, may_arrive_twice=form.get("twice") == "yes")
    return f"{_customer(form)}#m{message_id}" if form.get("customer") else f"/messages/{message_id}"


async def not_spam(request: web.Request, form: Form) -> str:
    message_id = path_id(request)
    await spam.clear(request.app[PARTS].acting, request[PRINCIPAL].actor, message_id)
    return f"{_customer(form)}#m{message_id}" if form.get("customer") else f"/messages/{message_id}"


async def change_incident(request: web.Request, form: Form) -> str:
    try:
        state, version = IncidentState(form.get("state", "")), int(form.get("version", ""))
    except ValueError as exc:
        raise Problem(Kind.INVALID, "The form names no state or no version.") from exc
    wanted = incidents.Change(state=state)
    acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
    changed = await incidents.change(acting, actor, path_id(request), wanted, version=version)
    return f"{_customer(form)}?undo={changed.undo_id}&changed=1"


def settle_suggestion(is_right: bool) -> Work:
    async def settle(request: web.Request, form: Form) -> str:
        acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
        command: Callable[..., Awaitable[object]] = people.accept if is_right else people.reject
        await command(acting, actor, path_id(request), customer_id=_customer_id(form))
        return _customer(form)

    return settle


async def unlink(request: web.Request, form: Form) -> str:
    link_id = path_id(request)
    done = await people.unlink(request.app[PARTS].acting, request[PRINCIPAL].actor, link_id)
    return f"{_customer(form)}?unlinked={link_id}" if form.get("customer") and done.still_joined_by else _customer(form)


async def take_out(request: web.Request, form: Form) -> str:  # noqa: ARG001 - it leads to where the others are
    identity_id = path_id(request)
    left_id = await people.take_out(request.app[PARTS].acting, request[PRINCIPAL].actor, identity_id)
    return f"/customers/{left_id}?out={identity_id}"


async def put_back(request: web.Request, form: Form) -> str:  # noqa: ARG001 - it leads to where it is again
    customer_id = await people.put_back(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return f"/customers/{customer_id}"


def block(is_blocking: bool) -> Work:
    async def change(request: web.Request, form: Form) -> str:
        acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
        command: Callable[..., Awaitable[object]] = people.block if is_blocking else people.unblock
        await command(acting, actor, path_id(request))
        return _customer(form)

    return change


async def opt_out(request: web.Request, form: Form) -> str:
    acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
    await optouts.opt_out(acting, actor, path_id(request), means=OptOutMeans.AGENT)
    return _customer(form)


async def opt_in(request: web.Request, form: Form) -> str:
    await optouts.opt_in(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return _customer(form)


def decide_outage(command: Callable[..., Awaitable[object]]) -> Work:
    async def decide(request: web.Request, form: Form) -> str:
        version = form.get("version", "")
        known = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
        outage_id = path_id(request)
        await command(request.app[PARTS].acting, request[PRINCIPAL].actor, outage_id, version=known)
        return f"/outages/{outage_id}"

    return decide


async def retry_parked(request: web.Request, form: Form) -> str:  # noqa: ARG001 - a button without fields
    parts = request.app[PARTS]
    await hub.retry_parked(
        parts.acting, request[PRINCIPAL].actor, path_id(request) // MESSAGES_PER_DELIVERY, arrived=parts.arrived
    )
    return "/parked"


async def retry_attachment(request: web.Request, form: Form) -> str:  # noqa: ARG001 - a button without fields
    message_id = path_id(request)
    await attachments.retry(request.app[PARTS].acting, request[PRINCIPAL].actor, message_id, path_id(request, "n"))
    return f"/messages/{message_id}"


def _customer(form: Form) -> str:
    """Back to the card; a number only, so the address can't lead elsewhere."""
    customer_id = _customer_id(form)
    return "/" if customer_id is None else f"/customers/{customer_id}"


def _customer_id(form: Form) -> int | None:
    text = form.get("customer", "")
    is_id = text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_ID
    return int(text) if is_id else None


def _posted(work: Work) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        raise web.HTTPSeeOther(await work(request, await read_form(request)))

    return handle


def _button(path: str, work: Work, summary: str) -> Route:
    return Route(method="POST", path=path, handler=_posted(work), summary=summary, is_page=True, media_type="text/html")


ROUTES = (
    _button("/messages/{id}/send-again", send_again, "Send again"),
    _button("/messages/{id}/not-spam", not_spam, "Not spam"),
    _button("/incidents/{id}", change_incident, "Change an incident's state"),
    _button("/suggestions/{id}/accept", settle_suggestion(is_right=True), "The same person"),
    _button("/suggestions/{id}/reject", settle_suggestion(is_right=False), "Not the same person"),
    _button("/links/{id}/remove", unlink, "Take apart"),
    _button("/identities/{id}/take-out", take_out, "Take out of the customer"),
    _button("/identities/{id}/put-back", put_back, "Put back"),
    _button("/identities/{id}/block", block(is_blocking=True), "Answer no more"),
    _button("/identities/{id}/unblock", block(is_blocking=False), "Answer again"),
    _button("/identities/{id}/opt-out", opt_out, "Send no notices"),
    _button("/identities/{id}/opt-in", opt_in, "Send notices again"),
    _button("/outages/{id}/confirm", decide_outage(outages.confirm), "It is an outage"),
    _button("/outages/{id}/monitor", decide_outage(outages.monitor), "The fix is in"),
    _button("/outages/{id}/dismiss", decide_outage(outages.dismiss), "It is none"),
    _button("/outages/{id}/resolve", decide_outage(outages.resolve), "It is over"),
    _button("/parked/{id}/retry", retry_parked, "Read again"),
    _button("/messages/{id}/attachments/{n}/retry", retry_attachment, "Fetch again"),
)
