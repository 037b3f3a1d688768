"""Short and tender forms of given names in Russian, Ukrainian and English, by the name that stands in papers.

One form may belong to several names (Саша, Шура, Sasha): each is a possibility, none is preferred.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from channelhub.content.names import NAMESAKES, fold, skeleton

#: A name, then what its bearer is called among friends.
_LISTS: Final = """
Олександр Саша Саня Сашко Шура Олесь Sasha Alex Sanya Sashko
Олександра Саша Шура Леся Sasha Alex Sandra Lesia
Олексій Льоша Олекса Лёша Алёша Лёха Lyosha Alyosha Alex Lesha
Олена Оленка Лена Леночка Альонка Lena Lenochka Nell
Ольга Оля Олечка Olya Olia
Андрій Андрійко Андрюша Andy Andriiko Andryusha
Антон Антоша Тоша Тоха Tony Antosha
Анна Аня Анюта Ганнуся Нюра Annie Anya Ania Hanusia
Анастасія Настя Настуся Стася Ася Nastya Nastia Stasia
Богдан Бодя Богданчик Bohdanchyk Bodya
Василь Вася Васько Василько Vasya Vasia
Вікторія Віка Вика Vika Vicky
Віктор Вітя Витя Vitya Vitia Vic
Віталій Віталік Виталик Vitalik
Володимир Вова Володя Вовчик Vova Volodya Volodia Vlad
Вячеслав Слава Славко Slava Slavko
Галина Галя Галочка Halya Galya
Геннадій Гена Гєна Gena Hena
Георгій Жора Гоша Zhora Gosha
Григорій Гриша Грицько Hrysha Grisha Greg
Данило Даня Данилко Danya Dania Dan Danny
Дарина Даша Даринка Дашуля Dasha Darynka
Денис Дениско Ден Den Denny
Дмитро Діма Дима Митя Дмитрик Dima Mitya Dmytryk
Євген Женя Жека Zhenya Zhenia Gene
Євгенія Женя Євгеша Zhenya Zhenia
Єлизавета Ліза Лиза Liza Beth Lizzie Betty
Іван Ваня Іванко Ванька Vanya Vania Ivanko
Ігор Ігорко Игорёк Гоша Ihorko Igorek
Ірина Іра Ира Іринка Ira Irynka Iryna Irka
Йосип Йося Yosia Joe
Катерина Катя Катруся Катюша Katya Katia Kate Katie Cathy
Кирило Кирюша Кіра Kirill Kiryusha
Костянтин Костя Kostya Kostia
Ксенія Ксюша Ксеня Ксюха Ksyusha Ksiusha
Людмила Люда Люся Мила Liuda Luda Lyuda Mila
Максим Макс Максимко Max Maks
Марія Маша Маруся Марійка Марічка Masha Maria Mariika Molly
Марина Маринка Marynka Marinka
Михайло Міша Миша Михась Мишко Misha Mike Mick
Микита Микитка Никитка Nikitka
Микола Коля Миколка Kolya Kolia Nick Nicky
Наталія Наташа Наталка Ната Natasha Natalka Nata
Надія Надя Надійка Nadya Nadia
Павло Паша Павлик Pasha Pavlyk
Петро Петя Петрик Petya Petia Pete Petryk
Роман Рома Ромчик Roma
Світлана Світа Света Светлана Svita Sveta Lana
Семен Сеня Сёма Senya Syoma
Сергій Серьожа Серёжа Сергійко Серж Serhiiko Seryozha Serge
Соломія Соля Соломійка Solia Solomiika
Софія Соня Софійка Sonya Sonia
Степан Стьопа Стёпа Степанко Stepa Styopa Steve
Тарас Тарасик Тарасько Tarasyk
Тетяна Таня Тетянка Танюша Tanya Tania Tetianka
Федір Федя Fedya Fedia Ted
Юлія Юля Юленька Yulya Yulia Julie
Юрій Юра Юрко Yura Yurko
Ярослав Ярик Славко Ярчик Yaryk Slavko
Robert Rob Bob Bobby
William Bill Will Billy Liam
Thomas Tom Tommy
James Jim Jimmy
Edward Ed Eddie Ned
Richard Rick Dick Rich
Charles Charlie Chuck
Margaret Maggie Peggy Meg
Patricia Pat Patty Tricia
Jennifer Jen Jenny
Jessica Jess Jessie
Susan Sue Susie
Samuel Sam Sammy
Benjamin Ben Benny
Christopher Chris Kit
Matthew Matt
Anthony Tony
Jonathan Jon Johnny
Rebecca Becky
Deborah Debbie Deb
"""


def _forms() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _LISTS.strip().splitlines():
        name, *short = (skeleton(fold(word)) for word in line.split())
        spelled = NAMESAKES.get(name, frozenset()) | {name}
        for one in short:
            found[one] = found.get(one, frozenset()) | spelled
    return MappingProxyType(found)


#: Skeleton of a short form -> the skeletons of all names that it may stand for, in all their spellings.
FULL_NAMES: Final = _forms()
