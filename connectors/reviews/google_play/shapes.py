"""A review of Google Play's list, with the developer's comment, read."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from channelhub.sdk.errors import Unparseable
from connectors.reviews.review import Reply, Review, Strange

KIND = "google_play"

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class _Time(msgspec.Struct, frozen=True):
    """`seconds` is an int64, and so a string in Google's JSON."""

    seconds: str | int = 0
    nanos: int = 0


class _Device(msgspec.Struct, frozen=True, rename="camel"):
    product_name: str = ""


class _User(msgspec.Struct, frozen=True, rename="camel"):
    text: str = ""
    original_text: str = ""  # where `text` is a translation
    last_modified: _Time = _Time()
    star_rating: int = 0
    reviewer_language: str = ""
    device: str = ""
    device_metadata: _Device = _Device()
    android_os_version: int | None = None
    app_version_code: int | None = None
    app_version_name: str = ""
    thumbs_up_count: int = 0


class _Developer(msgspec.Struct, frozen=True, rename="camel"):
    text: str
    last_modified: _Time = _Time()


class _Comment(msgspec.Struct, frozen=True, rename="camel"):
    user_comment: _User | None = None
    developer_comment: _Developer | None = None


class _Review(msgspec.Struct, frozen=True, rename="camel"):
    review_id: Id
    author_name: str = ""
    comments: list[_Comment] = []


def read(body: bytes) -> Review | Strange:
    """Raises Unparseable."""
    try:
        told = msgspec.json.decode(body, type=_Review)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise Unparseable(f"no review of Google Play: {str(exc)[:300]}") from exc
    said = next((one.user_comment for one in told.comments if one.user_comment), None)
    answer = next((one.developer_comment for one in told.comments if one.developer_comment), None)
    if said is None:
        return Strange(shape="review without its writer's comment")
    title, tab, text = (said.original_text or said.text).partition("\t")
    at = _moment(said.last_modified)
    return Review(
        id=told.review_id,
        rating=said.star_rating,
        name=told.author_name,
        title=title if tab else "",
        text=text if tab else title,
        language=said.reviewer_language.replace("_", "-").partition("-")[0].lower()[:8],
        at=at,
        changed_at=at,
        facts=_facts(said),
        reply=Reply(text=answer.text, at=_moment(answer.last_modified)) if answer else None,
    )


def _facts(said: _User) -> dict[str, str]:
    facts = {
        "app_version": said.app_version_name,
        "app_version_code": said.app_version_code,
        "device": said.device_metadata.product_name or said.device,
        "android_api": said.android_os_version,
        "thumbs_up": said.thumbs_up_count,
    }
    return {name: str(value) for name, value in facts.items() if value}


def _moment(at: _Time) -> datetime | None:
    try:
        seconds = int(at.seconds)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=at.nanos // 1000) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
