"""Identity tokens of a site: what is believed, and that nothing else is."""

import base64
import hashlib
import hmac
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.sdk.signed_identity import SignedIdentity, TokenRefusedError, encode, mac, sign, verify

SECRET = "an example secret of a site"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = int(NOW.timestamp()) + 3600
ANN = SignedIdentity(customer_id="crm-17", email="ann@example.com", name="Ганна", exp=LATER)


def made_by_hand(claims: object, secret: str = SECRET) -> str:
    """As the README tells a site to make one."""
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), payload, hashlib.sha256).digest()).rstrip(b"=")
    return (payload + b"." + signature).decode()


def test_a_signed_identity_is_believed_until_it_expires() -> None:
    token = sign(ANN, SECRET)

    assert verify(token, SECRET, NOW) == ANN
    with pytest.raises(TokenRefusedError, match="expired"):
        verify(token, SECRET, NOW + timedelta(hours=1))


def test_the_recipe_of_the_readme_makes_a_token() -> None:
    token = made_by_hand({"customer_id": "crm-17", "email": "ann@example.com", "exp": LATER, "further": 1})

    assert verify(token, SECRET, NOW).customer_id == "crm-17"


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_recipe_for_node_makes_a_token() -> None:
    script = """
    const { createHmac } = require("node:crypto");
    const claims = { customer_id: "crm-17", email: "ann@example.com", exp: Number(process.argv[1]) };
    const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
    console.log(payload + "." + createHmac("sha256", process.argv[2]).update(payload).digest("base64url"));
    """
    made = subprocess.run(["node", "-e", script, str(LATER), SECRET], check=True, capture_output=True, text=True)

    assert verify(made.stdout.strip(), SECRET, NOW).customer_id == "crm-17"


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "a.b",
        "я.я",
        sign(ANN, "another secret of a site"),
        sign(ANN, SECRET)[:-2],
        sign(ANN, SECRET).partition(".")[0],
        "x" + sign(ANN, SECRET),
        "A" * 5000 + "." + "A" * 43,
        made_by_hand({"customer_id": "", "exp": LATER}),
        made_by_hand({"customer_id": "a\x00", "exp": LATER}),
        made_by_hand({"customer_id": "crm-17", "name": "a\x00", "exp": LATER}),
        made_by_hand({"customer_id": "crm-17"}),
        made_by_hand({"customer_id": "crm-17", "exp": "never"}),
        made_by_hand({"customer_id": "crm-17", "exp": 10**30}),
        made_by_hand(["crm-17", LATER]),
    ],
    ids=range(16),
)
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(TokenRefusedError):
        verify(token, SECRET, NOW)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, len(sign(ANN, SECRET)) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_token_with_one_character_changed_is_refused_or_the_same(place: int, char: str) -> None:
    token = sign(ANN, SECRET)
    changed = token[:place] + char + token[place + 1 :]
    try:
        read = verify(changed, SECRET, NOW)
    except TokenRefusedError:
        read = None

    assert (read == ANN) == (changed == token or (place == len(token) - 1 and char == "="))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_no_token(text: str) -> None:
    with pytest.raises(TokenRefusedError):
        verify(text, SECRET, NOW)


def jwt(header: object, claims: object, secret: str = SECRET) -> str:
    """As a library for JSON Web Tokens makes it."""
    signed = f"{encode(json.dumps(header).encode())}.{encode(json.dumps(claims).encode())}"
    return f"{signed}.{mac(secret.encode(), signed.encode())}"


HS256 = {"alg": "HS256", "typ": "JWT"}
CLAIMS = {"sub": "crm-17", "email": "ann@example.com", "name": "Ганна", "exp": LATER, "iat": LATER - 3600}


def test_a_json_web_token_is_believed_until_it_expires() -> None:
    token = jwt(HS256, CLAIMS)

    assert verify(token, SECRET, NOW) == ANN
    assert verify(jwt(HS256, {"customer_id": "crm-17", "exp": LATER + 0.5}), SECRET, NOW).customer_id == "crm-17"
    with pytest.raises(TokenRefusedError, match="expired"):
        verify(token, SECRET, NOW + timedelta(hours=1))


def test_the_vector_of_rfc_7515_has_its_signature() -> None:
    """RFC 7515, A.1: our signatures are those of the standard."""
    key = base64.urlsafe_b64decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
    )
    signed = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    )

    assert mac(key, signed.encode()) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


@pytest.mark.parametrize(
    "token",
    [
        jwt({"alg": "none"}, CLAIMS),
        jwt({"alg": "RS256"}, CLAIMS),
        jwt({"alg": "HS512"}, CLAIMS),
        jwt({"alg": "HS256", "crit": ["b64"]}, CLAIMS),
        jwt({}, CLAIMS),
        jwt(HS256, CLAIMS, "another secret of a site"),
        jwt(HS256, CLAIMS).rpartition(".")[0] + ".",
        jwt(HS256, {**CLAIMS, "nbf": LATER}),
        jwt(HS256, {**CLAIMS, "sub": 17}),
        jwt(HS256, {**CLAIMS, "sub": ""}),
        jwt(HS256, {**CLAIMS, "exp": 1e400}),
        jwt(HS256, {"sub": "crm-17"}),
        "a." + jwt(HS256, CLAIMS),
    ],
    ids=range(13),
)
def test_no_other_json_web_token_is_believed(token: str) -> None:
    with pytest.raises(TokenRefusedError):
        verify(token, SECRET, NOW)
