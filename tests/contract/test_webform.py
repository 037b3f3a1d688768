"""The web form keeps the connector contract, posted to by a script and by a plain HTML form."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import aiohttp

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector, Mount
from channelhub.sdk.testing import ConnectorContract, MemoryHub, Rig
from connectors.webform.config import WebformConfig
from connectors.webform.plugin import plugin
from connectors.webform.token import SignedIdentity, sign

ACCOUNT = "site-form"
SECRET = "an example secret of a site"
TOKEN = sign(SignedIdentity(customer_id="crm-77120", exp=2**40, email="signed-ann@example.com"), SECRET)
MULTIPART_TYPE = "multipart/form-data; boundary=b0undary"


class ScriptRig(Rig):
    """A page's script: JSON with a submission id and a signed identity; keeps the text until it hears 2xx."""

    plugin = plugin
    customer = ("ann@example.com", "signed-ann@example.com", "crm-77120", "+380671112233")
    secrets = (SECRET, TOKEN)
    content_type = "application/json"

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}
        self._taken: set[str] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._url = ""
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        assert self._session is not None
        await self._session.close()

    async def build(self, hub: MemoryHub) -> Connector:
        self._url = hub.url(ACCOUNT, Mount.FORMS)
        config = WebformConfig(identity_secret=Secret(SECRET), rate_per_minute=10_000)
        return self.plugin.build(config, hub.context(ACCOUNT))

    async def customer_says(self, text: str) -> str:
        key = f"submission-{len(self._bodies) + 1}"
        self._bodies[key] = self.body(key, text)
        self._call(key)
        return key

    async def redeliver(self, key: str) -> None:
        self._taken.discard(key)
        self._call(key)

    def acknowledged(self) -> set[str]:
        return set(self._taken)

    def body(self, key: str, text: str) -> bytes:
        fields = {
            "submission_id": key,
            "message": text,
            "email": "ann@example.com",
            "phone": "+380671112233",
            "identity_token": TOKEN,
            "order_id": 20418,
            "files": [{"filename": "чек.txt", "content_type": "text/plain", "content": "0YfQtdC6"}],
        }
        return json.dumps(fields).encode()

    def vectors(self) -> Sequence[RawMessage]:
        signed = {"customer_id": "crm-77120", "customer_email": "signed-ann@example.com", "origin": "203.0.113.0/24"}
        return [
            self._vector("json", ScriptRig.body(self, "json", "Добрий день"), "application/json", signed),
            self._vector("bare", b'{"message":"x"}', "application/json", {"hints": "no-origin,no-time-token"}),
            self._vector(
                "urlencoded",
                urlencode({"message": "Не приходит письмо", "_charset_": "windows-1251"}, encoding="cp1251").encode(),
                "application/x-www-form-urlencoded",
                {},
            ),
            self._vector("multipart", PlainFormRig().body("", "Чи є доставка?"), MULTIPART_TYPE, {}),
        ]

    @staticmethod
    def _vector(delivery_id: str, body: bytes, content_type: str, extra: dict[str, str]) -> RawMessage:
        return RawMessage(
            account=ACCOUNT,
            delivery_id=delivery_id,
            body=body,
            content_type=content_type,
            envelope=Envelope(peer="203.0.113.9", extra=extra),
        )

    def _call(self, key: str) -> None:
        call = asyncio.create_task(self._post(key))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _post(self, key: str) -> None:
        assert self._session is not None
        headers = {"Content-Type": self.content_type, "Accept": "text/html"}
        with suppress(aiohttp.ClientConnectionError):
            async with self._session.post(
                self._url, data=self._bodies[key], headers=headers, allow_redirects=False
            ) as answer:
                if answer.ok:  # 202, or 303 to the thanks page
                    self._taken.add(key)


class PlainFormRig(ScriptRig):
    """A plain HTML form with a file and no id of its own."""

    content_type = MULTIPART_TYPE

    def body(self, key: str, text: str) -> bytes:
        return (
            f'--b0undary\r\nContent-Disposition: form-data; name="message"\r\n\r\n{text}\r\n'
            '--b0undary\r\nContent-Disposition: form-data; name="email"\r\n\r\nann@example.com\r\n'
            '--b0undary\r\nContent-Disposition: form-data; name="files"; filename="чек.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n\x01\x02\r\n\r\n--b0undary--\r\n"
        ).encode()


class TestWebformByScript(ConnectorContract):
    rig = ScriptRig


class TestWebformByPlainForm(ConnectorContract):
    rig = PlainFormRig
