"""What goes over the pipe between the service and its parser children: length-prefixed MessagePack frames.

No pickle: a child that a customer's bytes have taken over can send wrong values, but no code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from channelhub.content.features import Features
from channelhub.domain.inbound import (
    CallEvent,
    ContactShared,
    CustomerProfile,
    DeletedMessage,
    DeliveryStatus,
    EditedMessage,
    Inbound,
    JourneyEvent,
    MonitoringAlert,
    NewMessage,
    Reachability,
    Reaction,
    Unknown,
)
from channelhub.domain.raw import RawMessage

HEADER_BYTES = 4
MAX_FRAME_BYTES = 96 * 1024 * 1024
BIRTH, LAZY_BIRTH = b"child", b"lazy child"  # what a new parser child is asked for with
PID_BYTES = 8

_TYPES: dict[str, type] = {
    one.__name__: one
    for one in (
        NewMessage,
        EditedMessage,
        DeletedMessage,
        DeliveryStatus,
        ContactShared,
        JourneyEvent,
        CallEvent,
        Reaction,
        Reachability,
        MonitoringAlert,
        CustomerProfile,
        Unknown,
    )
}
_decoders: dict[str, msgspec.msgpack.Decoder[Any]] = {
    name: msgspec.msgpack.Decoder(one) for name, one in _TYPES.items()
}
_encoder = msgspec.msgpack.Encoder()


class WireError(Exception):
    """A frame that no honest child sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One raw message to read. `path` names the file of a large body, which the child reads itself."""

    id: int
    kind: str
    raw: RawMessage
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a child made of one raw message: items with their features, or why it can't be read."""

    id: int
    items: tuple[Inbound, ...] = ()
    features: tuple[Features | None, ...] = ()
    failure: str = ""  # unparseable, crashed, stalled, too-large, too-many, unknown-kind, defect
    detail: str = ""
    salvage: dict[str, str] = field(default_factory=dict)


class _Packed(msgspec.Struct, array_like=True):
    id: int
    items: list[tuple[str, msgspec.Raw]]
    features: list[Features | None]
    failure: str
    detail: str
    salvage: dict[str, str]


_task_decoder = msgspec.msgpack.Decoder(Task)
_packed_decoder = msgspec.msgpack.Decoder(_Packed)


def frame(payload: bytes) -> bytes:
    return len(payload).to_bytes(HEADER_BYTES) + payload


def encode_task(task: Task) -> bytes:
    return _encoder.encode(task)


def decode_task(payload: bytes) -> Task:
    return _task_decoder.decode(payload)


def encode_reading(reading: Reading) -> bytes:
    items: Sequence[Any] = [(type(item).__name__, msgspec.Raw(_encoder.encode(item))) for item in reading.items]
    return _encoder.encode(
        _Packed(reading.id, list(items), list(reading.features), reading.failure, reading.detail, dict(reading.salvage))
    )


def decode_reading(payload: bytes) -> Reading:
    """Raises WireError on anything that isn't a reading."""
    try:
        packed = _packed_decoder.decode(payload)
        items = tuple(_decoders[name].decode(raw) for name, raw in packed.items)
    except (msgspec.MsgspecError, KeyError) as exc:
        raise WireError(f"a parser child sent a frame that can't be read: {exc}") from exc
    return Reading(
        id=packed.id,
        items=items,
        features=tuple(packed.features),
        failure=packed.failure,
        detail=packed.detail,
        salvage=packed.salvage,
    )
