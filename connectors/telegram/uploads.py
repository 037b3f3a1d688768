"""Files of answers: how each is shown, and what becomes of one that Telegram doesn't show (core.telegram.org/bots/api,
Sending files)."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from telegram import Bot, InputFile, Message, ReplyParameters
from telegram.error import BadRequest

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.files import ANY, FileRules, media_type
from channelhub.sdk.uploads import plain_name, plain_type
from connectors.telegram.thread import Place

MAX_CAPTION_UNITS: Final = 1024
_MIB: Final = 1024 * 1024
MAX_PHOTO_BYTES: Final = 10 * _MIB
FILES: Final = FileRules(types={ANY: 50 * _MIB})

#: Types that Telegram shows or plays, and by which method; others go as documents, larger pictures too.
_PHOTO, _VIDEO, _AUDIO, _VOICE, _DOCUMENT = "photo", "video", "audio", "voice", "document"
_SHOWN: Final = {
    "image/jpeg": _PHOTO,
    "image/png": _PHOTO,
    "video/mp4": _VIDEO,
    "audio/mpeg": _AUDIO,
    "audio/mp4": _AUDIO,
    "audio/x-m4a": _AUDIO,
    "audio/ogg": _VOICE,
}
#: What Telegram says where a file isn't what its method is for, or the customer wants none of that kind: the picture's
#: sides are out of proportion (PHOTO_INVALID_DIMENSIONS), voice messages are switched off (VOICE_MESSAGES_FORBIDDEN).
_NOT_SO: Final = re.compile(r"\b(PHOTO|IMAGE|VIDEO|AUDIO|VOICE)_[A-Z_]+\b", re.IGNORECASE)  # the library capitalizes


def method(file: OutgoingFile) -> str:
    """How a file is shown: photo, video, audio, voice or document."""
    shown = _SHOWN.get(media_type(file), _DOCUMENT)
    return _DOCUMENT if shown == _PHOTO and len(file.content) > MAX_PHOTO_BYTES else shown


async def send_file(bot: Bot, place: Place, file: OutgoingFile, caption: str, reply: ReplyParameters | None) -> Message:
    """Send it as it is best shown, as a document where Telegram refuses that. Raises TelegramError."""
    shown = method(file)
    try:
        return await _send(bot, shown, place, file, caption, reply)
    except BadRequest as exc:
        if shown == _DOCUMENT or not _NOT_SO.search(exc.message):
            raise
    return await _send(bot, _DOCUMENT, place, file, caption, reply)


async def _send(
    bot: Bot, shown: str, place: Place, file: OutgoingFile, caption: str, reply: ReplyParameters | None
) -> Message:
    methods: Mapping[str, Callable[..., Awaitable[Message]]] = {
        _PHOTO: bot.send_photo,
        _VIDEO: bot.send_video,
        _AUDIO: bot.send_audio,
        _VOICE: bot.send_voice,
        _DOCUMENT: bot.send_document,
    }
    named = InputFile(file.content, filename=plain_name(file))
    named.mimetype = plain_type(file)
    return await methods[shown](
        place.chat_id,
        named,
        caption=caption or None,
        message_thread_id=place.topic,
        business_connection_id=place.business or None,
        reply_parameters=reply,
    )
