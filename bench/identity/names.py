"""Names that the made-up people bear, and how they write them. The tables are the bench's own, and hold names that the
hub's tables don't."""

import random
from dataclasses import dataclass

#: Ukrainian, Russian, Latin; then short forms, in any script.
_MEN = """
Олександр Александр Oleksandr Саша Сашко Sasha
Андрій Андрей Andriy Андрюша
Богдан Богдан Bohdan
Валентин Валентин Valentyn Валік
Василь Василий Vasyl Вася
Віталій Виталий Vitalii Віталік
Володимир Владимир Volodymyr Вова Володя
Гліб Глеб Hlib
Григорій Григорий Hryhorii Гриша
Дмитро Дмитрий Dmytro Діма Dima
Євген Евгений Yevhen Женя
Захар Захар Zakhar
Іван Иван Ivan Ваня
Ігор Игорь Ihor
Кирило Кирилл Kyrylo
Костянтин Константин Kostiantyn Костя
Лев Лев Lev
Максим Максим Maksym Макс
Марко Марк Marko
Микола Николай Mykola Коля
Михайло Михаил Mykhailo Міша Misha
Назар Назар Nazar
Олег Олег Oleh
Олексій Алексей Oleksii Льоша Лёша
Остап Остап Ostap
Павло Павел Pavlo Паша Pasha
Петро Пётр Petro Петя
Роман Роман Roman Рома
Руслан Руслан Ruslan
Сергій Сергей Serhii Серёжа
Степан Степан Stepan
Тарас Тарас Taras
Юрій Юрий Yurii Юра
Ярослав Ярослав Yaroslav
"""
_WOMEN = """
Аліна Алина Alina
Анастасія Анастасия Anastasiia Настя Nastya
Анна Анна Anna Аня Anya
Валентина Валентина Valentyna
Вікторія Виктория Viktoriia Віка Вика
Галина Галина Halyna Галя
Дарина Дарья Daryna Даша
Діана Диана Diana
Єлизавета Елизавета Yelyzaveta Ліза
Жанна Жанна Zhanna
Ірина Ирина Iryna Іра Ira
Карина Карина Karyna
Катерина Екатерина Kateryna Катя Katya
Лариса Лариса Larysa
Любов Любовь Liubov Люба
Людмила Людмила Liudmyla Люда
Марина Марина Maryna
Марія Мария Mariia Маша
Надія Надежда Nadiia Надя
Наталія Наталья Nataliia Наташа Natasha
Оксана Оксана Oksana
Олена Елена Olena Лена Lena
Ольга Ольга Olha Оля
Руслана Руслана Ruslana
Світлана Светлана Svitlana Света
Соломія Соломия Solomiia
Софія София Sofiia Соня
Тамара Тамара Tamara
Тетяна Татьяна Tetiana Таня Tanya
Уляна Ульяна Uliana
Юлія Юлия Yuliia Юля
Яна Яна Yana
"""
_FAMILIES = """
Шевченко Шевченко Shevchenko
Коваленко Коваленко Kovalenko
Бондаренко Бондаренко Bondarenko
Ткаченко Ткаченко Tkachenko
Кравченко Кравченко Kravchenko
Олійник Олейник Oliinyk
Шевчук Шевчук Shevchuk
Поліщук Полищук Polishchuk
Лисенко Лысенко Lysenko
Бойко Бойко Boiko
Мельник Мельник Melnyk
Гончар Гончар Honchar
Мороз Мороз Moroz
Савчук Савчук Savchuk
Руденко Руденко Rudenko
Петренко Петренко Petrenko
Клименко Клименко Klymenko
Павленко Павленко Pavlenko
Кузьменко Кузьменко Kuzmenko
Марченко Марченко Marchenko
Харченко Харченко Kharchenko
Сидоренко Сидоренко Sydorenko
Гаврилюк Гаврилюк Havryliuk
Зайченко Зайченко Zaichenko
Яценко Яценко Yatsenko
Щербак Щербак Shcherbak
Дяченко Дьяченко Diachenko
Жук Жук Zhuk
Ковальчук Ковальчук Kovalchuk
Левчук Левчук Levchuk
Гнатюк Гнатюк Hnatiuk
Тищенко Тищенко Tyshchenko
Романюк Романюк Romaniuk
Юрченко Юрченко Yurchenko
Вовк Волк Vovk
Іщенко Ищенко Ishchenko
Смит Смит Smith
Джонсон Джонсон Johnson
Новак Новак Novak
Цимбалюк Цимбалюк Tsymbaliuk
Назаренко Назаренко Nazarenko
Федорчук Федорчук Fedorchuk
Білоус Белоус Bilous
Ємець Емец Yemets
Хоменко Хоменко Khomenko
Євтушенко Евтушенко Yevtushenko
Остапчук Остапчук Ostapchuk
Литвин Литвин Lytvyn
Приходько Приходько Prykhodko
Сорока Сорока Soroka
"""
_PATRONYMICS = (("Іванович", "Иванович"), ("Петрович", "Петрович"), ("Миколайович", "Николаевич"))
_PATRONYMICS_OF_WOMEN = (("Іванівна", "Ивановна"), ("Петрівна", "Петровна"), ("Олегівна", "Олеговна"))
_LETTERS = ("абвгдежзиклмнопрстуфхцч", "abcdefghiklmnoprstuvwxyz")
UK, RU, LATIN = range(3)


def _table(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


MEN, WOMEN, FAMILIES = _table(_MEN), _table(_WOMEN), _table(_FAMILIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A person's name in three spellings, with its short forms."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    patronymic: tuple[str, str]

    @classmethod
    def of(cls, dice: random.Random, *, family: tuple[str, ...] | None = None) -> "Name":
        is_woman = dice.random() < 0.5
        return cls(
            given=tuple(dice.choice(WOMEN if is_woman else MEN)),
            family=family or tuple(dice.choice(FAMILIES)),
            patronymic=dice.choice(_PATRONYMICS_OF_WOMEN if is_woman else _PATRONYMICS),
        )

    def whole(self, script: int) -> str:
        return f"{self.given[script]} {self.family[script]}"

    def written(self, dice: random.Random) -> str:
        """As the person happens to write it this time."""
        script = dice.choices((UK, RU, LATIN), (5, 3, 2))[0]
        chance = dice.random()
        if chance < 0.55:
            return self.whole(script)
        if chance < 0.62:
            return f"{self.family[script]} {self.given[script]}"
        if chance < 0.72 and len(self.given) > 3:
            return f"{dice.choice(self.given[3:])} {self.family[script]}"
        if chance < 0.77 and script != LATIN:
            return f"{self.family[script]} {self.given[script]} {self.patronymic[script]}"
        if chance < 0.80:
            return f"{self.given[script][0]}. {self.family[script]}"
        if chance < 0.88:
            return self.given[script]
        if chance < 0.94:
            return slip(self.whole(script), dice)
        return ""


def slip(text: str, dice: random.Random) -> str:
    """A letter missing, doubled, wrong, or two changed over; not the first one."""
    at = dice.randrange(1, len(text) - 1)
    letters = _LETTERS[text.isascii()]
    return dice.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + dice.choice(letters) + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        )
    )
