"""The web form keeps the connector contract, posted to by a script and by a plain HTML form."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector, Mount
from channelhub.sdk.signed_identity import SignedIdentity, sign
from channelhub.sdk.testing import (
    CALLED,
    NO_FILES,
    NO_VERSIONS,
    PROOFS,
    Case,
    ConnectorContract,
    MemoryHub,
    PostingRig,
    because,
)
from connectors.webform.config import WebformConfig
from connectors.webform.definition import FieldConfig, FormConfig
from connectors.webform.plugin import plugin

ACCOUNT = "shop"
SECRET = "an example secret of a site"
TOKEN = sign(SignedIdentity(customer_id="crm-77120", exp=2**40, email="signed-ann@example.com"), SECRET)
MAX_BODY_BYTES = 64 * 1024
MALFORMED = (Case.UNKNOWN_EVENT, Case.DAMAGED_EVENT)
MULTIPART_TYPE = "multipart/form-data; boundary=b0undary"


class ScriptRig(PostingRig):
    """A page's script: JSON with a submission id and a signed identity; keeps the text until it hears 2xx."""

    plugin = plugin
    customer = ("ann@example.com", "signed-ann@example.com", "crm-77120", "+380671112233")
    secrets = (SECRET, TOKEN)
    mount = Mount.FORMS
    content_type = "application/json"
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = (
        CALLED
        | NO_FILES
        | NO_VERSIONS
        | because("anybody may write: a forged identity token proves nothing, and refuses nobody", *PROOFS)
        | because("the protocol is ours: whoever posts something else hears which field is wrong", *MALFORMED)
    )

    def config(self) -> WebformConfig:
        return WebformConfig(identity_secret=Secret(SECRET), rate_per_minute=10_000, max_body_bytes=MAX_BODY_BYTES)

    def headers(self, body: bytes) -> dict[str, str]:
        return {"Content-Type": self.content_type, "Accept": "text/html"}

    def body(self, number: int, text: str) -> bytes:
        fields = {
            "submission_id": f"submission-{number}",
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
            self._vector("json", ScriptRig.body(self, 1, "Добрий день"), "application/json", signed),
            self._vector("bare", b'{"message":"x"}', "application/json", {"hints": "no-origin,no-time-token"}),
            self._vector(
                "urlencoded",
                urlencode({"message": "Не приходит письмо", "_charset_": "windows-1251"}, encoding="cp1251").encode(),
                "application/x-www-form-urlencoded",
                {},
            ),
            self._vector("multipart", PlainFormRig().body(1, "Чи є доставка?"), MULTIPART_TYPE, {}),
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


class PlainFormRig(ScriptRig):
    """A plain HTML form with a file and no id of its own."""

    content_type = MULTIPART_TYPE

    def body(self, number: int, text: str) -> bytes:
        return (
            f'--b0undary\r\nContent-Disposition: form-data; name="message"\r\n\r\n{text}\r\n'
            '--b0undary\r\nContent-Disposition: form-data; name="email"\r\n\r\nann@example.com\r\n'
            '--b0undary\r\nContent-Disposition: form-data; name="files"; filename="чек.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n\x01\x02\r\n\r\n--b0undary--\r\n"
        ).encode()


class DefinedFormRig(PlainFormRig):
    """A form that the configuration defines, at an address of its own."""

    async def build(self, hub: MemoryHub) -> Connector:
        connector = await super().build(hub)
        self.url += "/return"
        return connector

    def config(self) -> WebformConfig:
        fields = {"email": FieldConfig(required=True), "message": FieldConfig(required=True), "files": FieldConfig()}
        return msgspec.structs.replace(super().config(), forms={"return": FormConfig(title="Return", fields=fields)})

    def vectors(self) -> Sequence[RawMessage]:
        beside = {"form": "return", "form_title": "Return", "words": "story", "consents": '{"consent":"Згода"}'}
        judged = {"hints": "no-proof,captcha-unreachable", "weights": "no-proof=0.9"}
        return [
            self._vector("defined", self.body(1, "Малі"), MULTIPART_TYPE, beside | judged),
            self._vector("words", b"story=one&consent=yes&email=x", "application/x-www-form-urlencoded", beside),
        ]


class TestWebformByScript(ConnectorContract):
    rig = ScriptRig


class TestWebformByPlainForm(ConnectorContract):
    rig = PlainFormRig


class TestWebformOfOnesOwn(ConnectorContract):
    rig = DefinedFormRig
