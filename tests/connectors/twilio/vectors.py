"""Forms in the shapes that Twilio documents, with people who don't exist."""

from urllib.parse import urlencode

from tests.servers.twilio import ACCOUNT, NUMBER, ROOT

IRYNA = "+380501234567"
SID = "SM0a1b2c3d4e5f60718293a4b5c6d7e8f9"
PHOTO_SID = "MM0a1b2c3d4e5f60718293a4b5c6d7e8f9"
BSUID = "UA.8812003344556677"
PHOTO = f"https://api.twilio.com{ROOT}/Messages/{PHOTO_SID}/Media/ME77"


def sms(body: str, *, sid: str = SID, **fields: str) -> dict[str, str]:
    return {
        "ToCountry": "US",
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": IRYNA,
        "To": NUMBER,
        "FromCountry": "UA",
        "FromCity": "",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        "Body": body,
        **fields,
    }


def status(told: str, **fields: str) -> dict[str, str]:
    return {
        "MessageSid": "SM" + "1" * 32,
        "SmsSid": "SM" + "1" * 32,
        "AccountSid": ACCOUNT,
        "From": NUMBER,
        "To": IRYNA,
        "MessageStatus": told,
        "SmsStatus": told,
        "ApiVersion": "2010-04-01",
        **fields,
    }


def whatsapp(body: str, *, sid: str = SID, **fields: str) -> dict[str, str]:
    return sms(body, sid=sid) | {
        "From": f"whatsapp:{IRYNA}",
        "To": f"whatsapp:{NUMBER}",
        "WaId": IRYNA.removeprefix("+"),
        "ExternalUserId": BSUID,
        "ProfileName": "Ірина",
        "MessageType": "text",
        **fields,
    }


TEXT = sms("Де моє замовлення?")
MMS = sms(
    "", sid=PHOTO_SID, NumMedia="2", MediaUrl0=PHOTO, MediaContentType0="image/jpeg", MediaUrl1=f"{PHOTO}8",
    MediaContentType1="text/vcard",
)  # fmt: skip
SHOP_NAME = sms("Ваша посилка", From="NovaPoshta")
STOP = sms("STOP", OptOutType="STOP")
START = sms("START", OptOutType="START")
HELP = sms("HELP", OptOutType="HELP")
PHOTO_OF_DAMAGE = whatsapp(
    "Ось фото дефекту", sid=PHOTO_SID, MessageType="image", NumMedia="1", MediaUrl0=PHOTO,
    MediaContentType0="image/jpeg", OriginalRepliedMessageSid="SM9988",
    OriginalRepliedMessageSender=f"whatsapp:{NUMBER}",
)  # fmt: skip
PLACE = whatsapp("", MessageType="location", Latitude="50.4501", Longitude="30.5234", Label="Дім", Address="Київ, 1")
BUTTON = whatsapp("Так", MessageType="button", ButtonText="Так", ButtonPayload="yes")
HIDDEN_NUMBER = whatsapp("Привіт", From=f"whatsapp:{BSUID}", WaId="")
ADVERT = whatsapp(
    "Хочу лампу", ReferralHeadline="Лампи -20%", ReferralSourceUrl="https://fb.example/1", Forwarded="true"
)
EMPTY = sms("")
HOLOGRAM = {"EventType": "onHologramAdded", "ConversationSid": "CH1", "AccountSid": ACCOUNT}
CALL = {"CallSid": "CA1", "CallStatus": "ringing", "From": IRYNA, "To": NUMBER}
DELIVERED, READ, FAILED = status("delivered"), status("read"), status("failed", ErrorCode="30005")

OF_SMS = (TEXT, MMS, SHOP_NAME, STOP, START, HELP, EMPTY, HOLOGRAM, CALL, DELIVERED, READ, FAILED, PLACE)
OF_WHATSAPP = (PHOTO_OF_DAMAGE, PLACE, BUTTON, HIDDEN_NUMBER, ADVERT, DELIVERED, TEXT)


def encoded(form: dict[str, str]) -> bytes:
    return urlencode(form).encode()
