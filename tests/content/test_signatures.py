"""Signatures go, sentences stay."""

import pytest

from channelhub.content import signatures


def strip(text: str, *, sender_name: str = "") -> str:
    lines = text.split("\n")
    return "\n".join(lines[: signatures.own_end(lines, sender_name=sender_name)])


BODY = "Не приходит код подтверждения, попробовал три раза."


@pytest.mark.parametrize(
    "tail",
    [
        "\n-- \nАнна Коваль\nменеджер",
        "\nС уважением,\nАнна Коваль\n+380 44 123 45 67",
        "\nС наилучшими пожеланиями, Анна",
        "\nЗ повагою,\nОлена",
        "\nЗ найкращими побажаннями\nОлена Шевченко\nбухгалтер",
        "\nBest regards,\nAnn",
        "\nThanks,\nAnn",
        "\nMit freundlichen Grüßen\nHans Meier",
        "\nОтправлено с iPhone",
        "\nОтправлено из мобильной Почты Mail.ru",
        "\nНадіслано з iPhone",
        "\nSent from my Samsung Galaxy smartphone.",
        "\nGet Outlook for Android <https://aka.ms/x>",
        "\nСпасибо,\nАнна\n\nОтправлено с iPhone",
        "\nAnna Koval\nanna@example.com\n+380 44 123 45 67",
        "\n- Anna",
        "\nbest,\njohn",
        "\nС уважением,\nООО «Ромашка»\nотдел продаж",
    ],
)
def test_cuts_what_is_surely_a_signature(tail: str) -> None:
    assert strip(f"{BODY}\n{tail}") == BODY


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY}\nСпасибо заранее за помощь с этим заказом, жду ответа сегодня.",
        f"{BODY}\n\nСпасибо!",
        "Sent from my desk, is much easier than my mobile phone.",
        "Нужно:\n- молоко\n- хлеб и масло на завтра",
        "Дякую, що відповіли так швидко. Чекаю на повернення коштів?",
        "Здравствуйте\nСпасибо\nоплатил заказ вчера\nкогда доставка",
        "Best\nthing would be a refund",
        "Заказ 117\n--\n" + "\n".join(f"строка {n} с длинным описанием" for n in range(20)),
    ],
)
def test_keeps_sentences(text: str) -> None:
    assert strip(text) == text


def test_cuts_the_writers_own_name_only() -> None:
    assert strip(f"{BODY}\n\nАнна", sender_name="Анна Коваль") == BODY
    assert strip(f"{BODY}\n\nКиев", sender_name="Анна Коваль").endswith("Киев")
