"""The words of the form in the languages of its readers."""

from collections.abc import Mapping, Sequence

TEXTS: Mapping[str, Mapping[str, str]] = {
    "uk": {
        "title": "Напишіть нам",
        "name": "Ваше ім’я",
        "email": "Електронна пошта",
        "phone": "Телефон",
        "subject": "Тема",
        "order_id": "Номер замовлення",
        "message": "Повідомлення",
        "required": "обов’язково",
        "files": "Файли",
        "send": "Надіслати",
        "sending": "Надсилаємо…",
        "thanks": "Дякуємо! Ми отримали ваше повідомлення.",
        "again": "Написати ще раз",
        "missing": "Напишіть, будь ласка, повідомлення.",
        "too_big": "Файли або текст завеликі. Зменште їх і надішліть ще раз.",
        "wait": "Забагато повідомлень поспіль. Зачекайте хвилину й надішліть ще раз.",
        "later": "Зараз не вдалося зберегти повідомлення. Надішліть його ще раз за хвилину.",
        "refused": "Не вдалося прочитати форму. Перевірте поля й надішліть ще раз.",
        "website": "Залиште це поле порожнім",
        "already": "Це повідомлення ми вже отримали. Надсилати його ще раз не потрібно.",
        "number": "Номер звернення",
        "follow": "Стежити за зверненням",
        "faults": "Перевірте, будь ласка, ці поля:",
        "files_again": "Файли виберіть ще раз: браузер їх не зберігає.",
        "choose": "Виберіть…",
        "read_more": "докладніше",
        "bad_required": "обов’язкове поле",
        "bad_email": "це не адреса електронної пошти",
        "bad_phone": "це не номер телефону",
        "bad_number": "це не число",
        "bad_range": "число має бути {}",
        "bad_date": "це не дата",
        "bad_url": "це не адреса сторінки (https://…)",
        "bad_option": "такого варіанта немає",
        "bad_too_long": "довше за {} символів",
        "bad_file_type": "дозволені лише такі файли: {}",
        "bad_file_size": "файл більший за {} МіБ",
    },
    "ru": {
        "title": "Напишите нам",
        "name": "Ваше имя",
        "email": "Электронная почта",
        "phone": "Телефон",
        "subject": "Тема",
        "order_id": "Номер заказа",
        "message": "Сообщение",
        "required": "обязательно",
        "files": "Файлы",
        "send": "Отправить",
        "sending": "Отправляем…",
        "thanks": "Спасибо! Мы получили ваше сообщение.",
        "again": "Написать ещё раз",
        "missing": "Напишите, пожалуйста, сообщение.",
        "too_big": "Файлы или текст слишком велики. Уменьшите их и отправьте ещё раз.",
        "wait": "Слишком много сообщений подряд. Подождите минуту и отправьте ещё раз.",
        "later": "Сейчас не удалось сохранить сообщение. Отправьте его ещё раз через минуту.",
        "refused": "Не удалось прочитать форму. Проверьте поля и отправьте ещё раз.",
        "website": "Оставьте это поле пустым",
        "already": "Это сообщение мы уже получили. Отправлять его ещё раз не нужно.",
        "number": "Номер обращения",
        "follow": "Следить за обращением",
        "faults": "Проверьте, пожалуйста, эти поля:",
        "files_again": "Файлы выберите ещё раз: браузер их не сохраняет.",
        "choose": "Выберите…",
        "read_more": "подробнее",
        "bad_required": "обязательное поле",
        "bad_email": "это не адрес электронной почты",
        "bad_phone": "это не номер телефона",
        "bad_number": "это не число",
        "bad_range": "число должно быть {}",
        "bad_date": "это не дата",
        "bad_url": "это не адрес страницы (https://…)",
        "bad_option": "такого варианта нет",
        "bad_too_long": "длиннее {} символов",
        "bad_file_type": "разрешены только такие файлы: {}",
        "bad_file_size": "файл больше {} МиБ",
    },
    "en": {
        "title": "Write to us",
        "name": "Your name",
        "email": "Email",
        "phone": "Phone",
        "subject": "Subject",
        "order_id": "Order number",
        "message": "Message",
        "required": "required",
        "files": "Files",
        "send": "Send",
        "sending": "Sending…",
        "thanks": "Thank you! We have received your message.",
        "again": "Write again",
        "missing": "Please write a message.",
        "too_big": "The files or the text are too large. Make them smaller and send again.",
        "wait": "Too many messages in a row. Wait a minute and send again.",
        "later": "The message could not be stored just now. Send it again in a minute.",
        "refused": "The form could not be read. Check the fields and send again.",
        "website": "Leave this field empty",
        "already": "We already have this message. There is no need to send it again.",
        "number": "Request number",
        "follow": "Follow your request",
        "faults": "Please check these fields:",
        "files_again": "Choose the files again: the browser does not keep them.",
        "choose": "Choose…",
        "read_more": "read more",
        "bad_required": "required",
        "bad_email": "not an email address",
        "bad_phone": "not a phone number",
        "bad_number": "not a number",
        "bad_range": "must be {}",
        "bad_date": "not a date",
        "bad_url": "not the address of a page (https://…)",
        "bad_option": "there is no such choice",
        "bad_too_long": "longer than {} characters",
        "bad_file_type": "only these files are taken: {}",
        "bad_file_size": "a file is larger than {} MiB",
    },
}


def choose_language(asked: str, accept_language: str, offered: Sequence[str]) -> str:
    """The language asked for by name, else the best of an Accept-Language header (RFC 9110 §12.5.4), else the first."""
    if asked.lower() in offered:
        return asked.lower()
    ranked: list[tuple[float, int, str]] = []
    for place, item in enumerate(accept_language[:1000].split(",")):
        tag, _, weight = item.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in offered and (quality := _quality(weight)) > 0:
            ranked.append((-quality, place, language))
    return min(ranked)[2] if ranked else offered[0]


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0


def status_words(status: int, language: str) -> str:
    """What a person is told about an HTTP status of the form."""
    key = {413: "too_big", 429: "wait", 503: "later"}.get(status, "refused")
    return TEXTS[language][key]


def fault_words(code: str, detail: str, language: str) -> str:
    """Why a field was refused."""
    return TEXTS[language][f"bad_{code}"].format(detail)
