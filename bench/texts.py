"""What the benchmark's customers write: short made-up complaints in three languages, about 2 KB a mail."""

import random

WORDS = {
    "en": (
        "the invoice page stays empty after login and payment by card was refused twice please check my order delivery "
        "address changed yesterday courier never called refund still missing account password reset link expired app "
        "crashes when opening the cart thanks"
    ).split(),
    "ru": (
        "после входа страница счёта пустая оплата картой дважды отклонена проверьте пожалуйста мой заказ адрес "
        "доставки изменился вчера курьер не звонил возврат не пришёл ссылка для пароля устарела приложение "
        "закрывается корзина спасибо"
    ).split(),
    "uk": (
        "після входу сторінка рахунку порожня оплата карткою двічі відхилена перевірте будь ласка моє замовлення "
        "адреса доставки змінилася вчора кур'єр не дзвонив повернення не надійшло посилання для пароля застаріло "
        "застосунок закривається дякую"
    ).split(),
}
LINE_CHARS = 72


class Writer:
    """Makes messages that all differ. The same seed makes the same ones, but for `run`, which is in every id."""

    def __init__(self, *, run: str, customers: int = 1000, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._run = run
        self._customers = customers
        self._made = 0
        self._bodies = {language: [self._text(language, 1500) for _ in range(32)] for language in WORDS}

    def mail(self) -> tuple[str, bytes, str]:
        """(sender, mail with CRLF line ends, Message-ID without brackets)."""
        self._made += 1
        customer = self._random.randrange(self._customers)
        language = self._random.choice(("en", "en", "ru", "uk"))
        sender = f"customer{customer}@bench.example"
        message_id = f"{self._run}.{self._made}@bench.example"
        head = (
            f'From: "Customer {customer}" <{sender}>\r\nTo: Support <support@shop.example>\r\n'
            f"Subject: Request {self._made} about order {customer}\r\nMessage-ID: <{message_id}>\r\n"
            "Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
            'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        )
        return sender, head.encode() + self._random.choice(self._bodies[language]), message_id

    def short(self) -> tuple[int, str, str]:
        """(customer's number, a text of some 200 characters, a distinct id) of a message over HTTP."""
        self._made += 1
        customer = self._random.randrange(self._customers)
        words = self._random.choices(WORDS[self._random.choice(("en", "ru", "uk"))], k=24)
        return customer, " ".join(words), f"{self._run}-{self._made}"

    def _text(self, language: str, chars: int) -> bytes:
        lines, line, size = [], "", 0
        while size < chars:
            word = self._random.choice(WORDS[language])
            if len(line) + len(word) >= LINE_CHARS:
                lines.append(line)
                size += len(line.encode()) + 2
                line = ""
            line = f"{line} {word}" if line else word
        return "\r\n".join([*lines, line]).encode() + b"\r\n"
