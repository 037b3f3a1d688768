"""The AsyncAPI 3.0 document, made from the catalogue of events: what is sent, by the live stream and by webhooks."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import msgspec

from channelhub.domain.events.catalogue import CATALOGUE, example_of, schema_of
from channelhub.domain.events.envelope import EventBody
from channelhub.domain.events.payload import EventType

_ABOUT = """Every event goes out in one body, whatever way it takes. A type's schema changes by optional fields only:
ignore fields you don't know, and take words you don't know as "something else"."""
_HEADERS = {
    "webhook-id": "The same at every attempt: what was seen once is a repetition.",
    "webhook-timestamp": "Seconds since 1970 of this attempt. Refuse what is more than five minutes off.",
    "webhook-signature": "One or several of `v1,…` (HMAC-SHA256) and `v1a,…` (ed25519) over `id.timestamp.body`.",
}


def document(*, server_url: str) -> dict[str, Any]:
    """The document as JSON values."""
    posted = [_key(one.name) for one in CATALOGUE.values()]
    streamed = [_key(one.name) for one in CATALOGUE.values() if one.is_streamed]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "channelhub events",
            "version": version("channelhub"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"hub": _server(server_url)},
        "channels": {
            "stream": {
                "address": "/api/v1/stream",
                "title": "Live stream",
                "description": "Server-sent events; `Last-Event-ID` resumes. The hub's own server.",
                "servers": [{"$ref": "#/servers/hub"}],
                "messages": _references(streamed),
                "bindings": {"http": {}},
            },
            "webhooks": {
                "address": None,
                "title": "Webhooks",
                "description": "Posted to each endpoint that is registered at the hub, signed by Standard Webhooks.",
                "messages": _references(posted),
            },
        },
        "operations": {
            "sendToStream": _operation("stream", streamed, {"http": {"method": "GET", "bindingVersion": "0.3.0"}}),
            "postToEndpoint": _operation("webhooks", posted, {"http": {"method": "POST", "bindingVersion": "0.3.0"}}),
        },
        "components": {
            "messages": {_key(one.name): _message(one) for one in CATALOGUE.values()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of this hub for agents."}
            },
        },
    }


def _key(name: str) -> str:
    """`outage.suspected` as `outageSuspected`: the keys of a document have no dots."""
    first, *others = name.split(".")
    return first + "".join(word.capitalize() for word in others)


def _server(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    made: dict[str, Any] = {"host": parts.netloc, "protocol": parts.scheme}
    if parts.path.strip("/"):
        made["pathname"] = parts.path
    return {**made, "security": [{"$ref": "#/components/securitySchemes/token"}]}


def _references(keys: Sequence[str]) -> dict[str, Any]:
    return {key: {"$ref": f"#/components/messages/{key}"} for key in keys}


def _operation(channel: str, keys: Sequence[str], bindings: dict[str, Any]) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{key}"} for key in keys],
        "bindings": bindings,
    }


def _message(one: EventType) -> dict[str, Any]:
    data = {key: value for key, value in schema_of(one.payload).items() if key != "$schema"}
    body = msgspec.json.schema(EventBody)["$defs"]["EventBody"]
    properties = {**body["properties"], "type": {"const": one.name}, "data": data}
    return {
        "name": one.name,
        "title": one.name,
        "summary": one.meaning,
        "description": one.when,
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "description": "Of a webhook; the stream has none.",
            "properties": {name: {"type": "string", "description": text} for name, text in _HEADERS.items()},
        },
        "payload": {**body, "properties": properties},
        "examples": [{"name": "example", "payload": msgspec.to_builtins(example_of(one))}],
    }
