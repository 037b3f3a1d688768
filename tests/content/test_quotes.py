# ruff: noqa: E501 - a sample mail reads best on one line
"""What is new in a mail: history goes, answers stay, in the languages of our users."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content import html, replies

CASES = {
    "gmail ru": "Всё заработало, вопрос закрыт.\n\nчт, 19 нояб. 2026 г. в 14:02, Поддержка <help@shop.example>:\n\n> Проверьте ещё раз\n> пожалуйста",
    "gmail uk": "Все запрацювало, питання закрито.\n\nчт, 19 лист. 2026 р. о 14:02 Підтримка <help@shop.example> пише:\n\n> Перевірте ще раз",
    "gmail en": "It works again, close it.\n\nOn Thu, Nov 19, 2026 at 2:02 PM Support Team <help@shop.example> wrote:\n\n> Please check again",
    "gmail en wrapped": "It works again, close it.\n\nOn Thu, Nov 19, 2026 at 2:02 PM The Very Long Support Team\n<help@shop.example>\nwrote:\n\n> Please check\n> again",
    "mail.ru": "Всё заработало.\n\nЧетверг, 19 ноября 2026, 14:02 +03:00 от Поддержка <help@shop.example>:\nПроверьте ещё раз",
    "yandex": 'Всё заработало.\n\n19.11.2026, 14:02, "Поддержка" <help@shop.example>:\n\nПроверьте ещё раз',
    "thunderbird ru": "Всё заработало.\n\n19.11.2026 14:02, Поддержка пишет:\n> Проверьте ещё раз",
    "thunderbird uk": "Все запрацювало.\n\n19.11.26 14:02, Підтримка пише:\n> Перевірте ще раз",
    "android ru": 'Всё заработало.\n\n19 ноября 2026 г. 14:02 пользователь "Поддержка" <\nhelp@shop.example> написал:\n\n> Проверьте ещё раз',
    "outlook ru": "Всё заработало.\n\nОт: Поддержка <help@shop.example>\nОтправлено: 19 ноября 2026 г. 14:02\nКому: Анна\nТема: Re: оплата\n\nПроверьте ещё раз",
    "outlook uk": "Все запрацювало.\n\n________________________________\nВід: Підтримка <help@shop.example>\nНадіслано: 19 листопада 2026 р. 14:02\nКому: Ганна\nТема: Re: оплата\n\nПеревірте",
    "outlook en": "Works.\n\n-----Original Message-----\nFrom: Support\nSent: Thursday, November 19, 2026 2:02 PM\nTo: Ann\nSubject: RE: payment\n\nCheck",
    "outlook de": "Geht wieder.\n\nVon: Support <help@shop.example>\nGesendet: Donnerstag, 19. November 2026 14:02\nAn: Ann\nBetreff: AW: Zahlung\n\nBitte prüfen",
    "apple de": "Geht wieder.\n\nAm 19.11.2026 um 14:02 schrieb Support <help@shop.example>:\n\n> Bitte prüfen",
    "gmail fr": "Ça marche.\n\nLe jeu. 19 nov. 2026 à 14:02, Support <help@shop.example> a écrit :\n\n> Vérifiez",
    "pl": "Działa.\n\nW dniu 19.11.2026 o 14:02, Support pisze:\n> Sprawdź",
    "ruled ru": "Всё заработало.\n\n-------- Исходное сообщение --------\nОт: Поддержка\nПроверьте",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_cuts_the_history_below_an_answer(text: str) -> None:
    assert replies.own_words(text) == text.split("\n", 1)[0]


def test_keeps_answers_between_and_below_quoted_lines() -> None:
    text = "Відповіді нижче.\n\n> Яка адреса?\nКиїв, Хрещатик 1.\n\n> Коли?\nЗавтра вранці."

    assert replies.own_words(text) == "Відповіді нижче.\n\nКиїв, Хрещатик 1.\n\nЗавтра вранці."


def test_keeps_an_answer_written_below_the_quote() -> None:
    text = "On Thu, Nov 19, 2026 at 2:02 PM Support <help@shop.example> wrote:\n\n> Which order?\n\nOrder 117."

    assert replies.own_words(text) == "Order 117."


@pytest.mark.parametrize(
    "text",
    [
        "> only\n> quoted",
        "On Monday I wrote: nothing came.",
        "Дата: 12.05.2026\nОткуда: Киев\nКуда: Львов\nБилет не пришёл",
        "From: Kyiv\nTo: Lviv\nThe ticket is missing",
        "My booking:\nFrom: Kyiv\nTo: Lviv\nDate: 12.05.2026 14:30\nThe ticket is missing",
        "Моя бронь\nОт: Киев\nДата: 12.05.2026\nКому: Анна\nБилета нет",
        "Новая заявка с сайта\n\nОт: Анна <anna@example.com>\nТема: Оплата\n\nДеньги списали дважды",
        "В 14:30 оплата не прошла, а в 15:02 прошла:\nсписали два раза",
        "Пишет, что карта отклонена",
        "The log:\n```\n> GET /pay\n< 500\n```\nWhat now?",
        "Обратился в 11:34 в чат, оператор ответил быстро, но потом в 12:05 написал, что вопрос закрыт, хотя деньги не "
        "вернулись и отвечать мне никто больше не стал. Жду ответа:",
        "Extremely limited tickets are left for tonight\n\nAre there more?",
        "Спасибо!",
        "С уважением",
        "-- \nАнна",
        "Заказ:\n----\nДоставка: нет\n----\nчто делать",
    ],
)
def test_keeps_everything_where_nothing_is_history(text: str) -> None:
    assert replies.own_words(text) == text.strip("\n")


def test_keeps_a_forwarded_mail() -> None:
    text = "Смотрите, что прислали:\n\n-------- Пересылаемое сообщение --------\nОт: Банк <bank@x.example>\nДата: 1.11.2026\nТема: Отказ\n\nПлатёж отклонён"

    assert replies.own_words(text) == text


HTML = {
    "gmail": '<div>Новое</div><br><div class="gmail_quote"><div class="gmail_attr">чт, 19 нояб. 2026 г. в 14:02, П &lt;<a href="mailto:h@s.example">h@s.example</a>&gt;:<br></div><blockquote class="gmail_quote">Старое</blockquote></div>',
    "outlook web": '<div>Новое</div><hr><div id="divRplyFwdMsg"><b>От:</b> П</div><div>Старое</div>',
    "outlook desktop": '<p>Новое</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt"><p><b>From:</b> P</p></div></div><p>Старое</p>',
    "thunderbird": '<p>Новое</p><div class="moz-cite-prefix">19.11.2026 14:02, П пишет:<br></div><blockquote type="cite" cite="mid:x">Старое</blockquote>',
    "yahoo": '<div>Новое</div><div id="ydp1yahoo_quoted_1" class="yahoo_quoted">Старое</div>',
    "apple": '<div>Новое</div><div><blockquote type="cite">On 19 Nov 2026, at 14:02, P &lt;h@s.example&gt; wrote:</blockquote></div><blockquote type="cite">Старое</blockquote>',
}


@pytest.mark.parametrize("markup", HTML.values(), ids=HTML.keys())
def test_cuts_what_a_mail_client_marked_as_quoted(markup: str) -> None:
    page = html.read(markup)

    assert replies.own_words(page.text, page.marks) == "Новое"
    assert "Старое" in page.text


@given(st.text(alphabet=st.sampled_from("> \nOn wrote:From@-Сав,.19:\t"), max_size=400))
def test_any_text_gives_a_reply_made_of_its_lines(text: str) -> None:
    reply = replies.own_words(text)

    assert bool(reply.strip()) == bool(text.strip())
    assert len(reply) <= len(text)


@pytest.mark.parametrize(
    "attribution",
    [
        "El jue, 21 nov 2013 a las 13:20, Soporte (<a@b.example>) escribió:",
        "Em qui., 21 de nov. de 2013 às 13:20, Suporte <a@b.example> escreveu:",
        "Il giorno gio 21 nov 2013 alle ore 13:20 Supporto <a@b.example> ha scritto:",
        "Op do 21 nov. 2013 om 13:20 schreef Support:",
        "Den tors 21 nov. 2013 kl 13:20 skrev Support <a@b.example>:",
        "čt 21. 11. 2013 v 13:20 odesílatel Support <a@b.example> napsal:",
        "Support <a@b.example> ezt írta (időpont: 2013. nov. 21., Cs, 13:20):",
        "Στις Πέμ, 21 Νοε 2013 στις 13:20, ο χρήστης Support <a@b.example> έγραψε:",
        "21 Kas 2013 Per 13:20 tarihinde Support <a@b.example> şunu yazdı:",
        "在 2013年11月21日，Support <a@b.example> 写道：",
        "Support <a@b.example>于2013年11月21日周四 13:20写道：",
        "Support <a@b.example> wrote on 11/21/2013 01:20:11 PM:",
        "At 01:20 PM 11/21/2013, Support wrote:",
        "Von: Support <a@b.example> Gesendet: 21. November 2013 13:20 An: Ann Betreff: x",
    ],
)
@pytest.mark.parametrize("quoted", ["> Проверьте", "Проверьте ещё раз"], ids=["marked", "not marked"])
def test_knows_attributions_of_other_languages_and_kinds(attribution: str, quoted: str) -> None:
    assert replies.own_words(f"Всё заработало.\n\n{attribution}\n\n{quoted}") == "Всё заработало."


@pytest.mark.parametrize(
    "attribution",
    ["Dana čet, 21. stu 2013. osoba Ann je napisala:", "Quoting Ann <a@b.example>:", "Ann, 21.11.2013 13:20:"],
)
def test_right_above_marked_lines_a_date_or_an_address_is_enough(attribution: str) -> None:
    assert replies.own_words(f"Всё заработало.\n\n{attribution}\n> Проверьте") == "Всё заработало."
    assert attribution in replies.own_words(f"Всё заработало.\n\n{attribution}\nПроверьте")


@pytest.mark.parametrize(
    "footer",
    [
        "Skickat från min iPhone", "Enviado desde mi iPhone", "iPhone'umdan gönderildi", "Verzonden vanaf mijn iPhone",
        "发自我的iPhone", "iPhoneから送信", "Von Samsung-Mobilgerät gesendet", "Отправлено с телефона", "Wysłano z telefonu",
        "Sent on the new Sprint Network from my Samsung Galaxy S7", "Надіслано з мого Galaxy", "Envoyé depuis Yahoo Mail",
    ],
)  # fmt: skip
def test_cuts_footers_of_telephones(footer: str) -> None:
    assert replies.own_words(f"Всё заработало.\n\n{footer}") == "Всё заработало."


def test_a_line_shared_with_an_attribution_ends_where_that_begins_whatever_follows() -> None:
    text = "Thanks. On Thu, Nov 19, 2026 at 2:02 PM Support <help@shop.example> wrote:\nOne more thing\n> Please check"

    assert replies.own_words(text) == "Thanks.\nOne more thing"


def test_a_sentence_with_a_time_above_a_marked_line_is_no_attribution() -> None:
    text = "Book a room at 2:30 pm, please, here in Austin\n\n> Support wrote:\n> Thank you for contacting us!"

    assert replies.own_words(text) == "Book a room at 2:30 pm, please, here in Austin"
