"""The form in which an answer is written: sent with its files, kept for later, begun from a template."""

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from channelhub.content.filenames import label
from channelhub.domain.outbound import OutgoingFile
from channelhub.pipeline.commands import drafts, replies
from channelhub.pipeline.commands.acting import CommandRefused
from channelhub.pipeline.commands.replies import MAX_FILES, MAX_FILES_BYTES, AnsweredMeanwhile
from channelhub.store import conversations
from channelhub.web.auth import AGENT, PRINCIPAL
from channelhub.web.bodies import MAX_ID, checked_text, path_id
from channelhub.web.pages.composing import composer_of
from channelhub.web.pages.doing import MAX_FORM_BYTES, Form, read_form
from channelhub.web.pages.returning import back_to
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.drafts import known_id, tell
from channelhub.web.routing import Route

MOST_FIELDS = 20
MAX_BYTES = MAX_FILES_BYTES + MAX_FORM_BYTES
MULTIPART = "multipart/form-data"


async def answer(request: web.Request) -> web.StreamResponse:
    form, files = await read_answer(request)
    acting, known = request.app[PARTS].acting, request[PRINCIPAL]
    asked_id = path_id(request)
    text = form.get("text", "").replace("\r\n", "\n").strip()
    match form.get("do", "send"):
        case "keep":
            await drafts.save(acting, known.name, asked_id, text)
            raise web.HTTPSeeOther(f"{back_to(form, asked_id)}#reply")
        case "begin":
            words = "\n\n".join(filter(None, [text, await _template(request, asked_id, form.get("template", ""))]))
            await drafts.save(acting, known.name, asked_id, words)
            raise web.HTTPSeeOther(f"{back_to(form, asked_id)}#reply")
    if not text:
        raise Problem(Kind.INVALID, "A reply needs words.", errors={"text": "is blank"})
    try:
        await replies.reply(
            acting,
            known.actor,
            asked_id,
            text,
            files=files,
            idempotency_key=form.get("key", "")[:64],
            last_known=_last_known(form),
            drafted_by=known.name,
        )
    except AnsweredMeanwhile:
        await drafts.save(acting, known.name, asked_id, text)
        raise web.HTTPSeeOther(f"/conversations/{asked_id}?answered={len(files) + 1}#reply") from None
    except CommandRefused:  # the words are there when they come back
        await drafts.save(acting, known.name, asked_id, text)
        raise
    async with acting.store.readers.read() as session:
        conversation_id = await known_id(session, asked_id)
    await tell(request, conversation_id, is_writing=False)
    raise web.HTTPSeeOther(back_to(form, conversation_id))


async def read_answer(request: web.Request) -> tuple[Form, list[OutgoingFile]]:
    """The fields and the files of a posted answer. Raises Problem for what is no form, or too large."""
    if request.content_type != MULTIPART:
        return await read_form(request, max_fields=MOST_FIELDS), []
    if request.content_length is not None and request.content_length > MAX_BYTES:
        raise _too_large()
    form: Form = {}
    files: list[OutgoingFile] = []
    left = MAX_BYTES
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or len(form) + len(files) >= MOST_FIELDS + MAX_FILES:
                raise Problem(Kind.MALFORMED, "The form can't be read.")
            content = await _content(part, left)
            left -= len(content)
            if part.filename is None:
                form[part.name or ""] = checked_text(content.decode(), part.name or "")
            elif content or part.filename:
                files.append(_file(part, content))
    except (ValueError, LookupError, HttpProcessingError, web.RequestPayloadError) as exc:
        raise Problem(Kind.MALFORMED, "The form can't be read.") from exc
    return form, files


async def _content(part: BodyPartReader, most: int) -> bytes:
    """Raises Problem for more than there is room for."""
    content = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        content += chunk
        if len(content) > most:
            raise _too_large()
    return bytes(content)


def _file(part: BodyPartReader, content: bytes) -> OutgoingFile:
    """Raises Problem for a file of nothing, which no channel sends."""
    name = label(part.filename or "") or "file"
    if not content:
        raise Problem(Kind.INVALID, "A file is empty.", errors={"files": "is empty"})
    kind = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()[:127]
    return OutgoingFile(
        filename=name, content_type=kind or "application/octet-stream", size=len(content), sha256="", content=content
    )


async def _template(request: web.Request, asked_id: int, name: str) -> str:
    """The words of a template for this conversation; empty where there is none of this name."""
    async with request.app[PARTS].store.readers.read() as session:
        known = conversations.present(await conversations.get_many(session, [asked_id]), asked_id)
        if known is None:
            raise Problem(Kind.NOT_FOUND, "There is no such conversation.")
        made = await composer_of(session, request, known)
    return next((one.text for one in made.templates if one.name == name), "")


def _last_known(form: Form) -> int | None:
    """The last answer that the form's page showed; None for a form that doesn't say."""
    text = form.get("last", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_ID else None


def _too_large() -> Problem:
    return Problem(Kind.TOO_LARGE, f"Files have at most {MAX_FILES_BYTES >> 20} MiB together.")


ROUTES = (
    Route(
        method="POST",
        path="/conversations/{id}/reply",
        handler=answer,
        summary="Answer",
        roles=AGENT,
        is_page=True,
        media_type="text/html",
    ),
)
