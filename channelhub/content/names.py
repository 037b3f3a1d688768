"""Names and addresses made comparable: without case and accents, across Cyrillic and Latin letters.

People type a name as their keyboard stands: `шевченко`, `Shevchenko` and `Szewczenko` are one name by its sounds. What
transliterations disagree on is levelled: the kinds of i and e, г and х, soft signs, doubled letters. Given names that
the languages themselves write differently (Олена, Елена, Helen) stand in a table.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_APOSTROPHES: Final = frozenset("'’ʼ`´")
_SOUND_LIST: Final = (
    "а=a б=b в=v г=h ґ=h д=d е=e є=ie ж=J з=z и=i і=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=ts "
    "ч=C ш=S щ=S ъ= ы=i ьо=io ь= э=e ю=iu я=ia "
    "szcz=S shch=S tsch=C sch=S sh=S sz=S ch=C cz=C zh=J kh=h gh=h ph=f th=t ck=k c=k g=h j=i q=k w=v x=ks y=i"
)
_SOUNDS: Final = {letters: sound for letters, _, sound in (pair.partition("=") for pair in _SOUND_LIST.split())}
_SPELLING: Final = re.compile("|".join(sorted(_SOUNDS, key=lambda letters: (-len(letters), letters))))
_DOUBLED: Final = re.compile(r"([^\W\d_])\1+")
#: Given names as Ukrainian, Russian and English write them. Only whole names: who looks for Ганна wants no Joanna.
_GIVEN_LISTS: Final = """
Олександр Александр Oleksandr Aleksandr Alexander Alexandr
Олександра Александра Oleksandra Aleksandra Alexandra
Олексій Алексей Oleksii Oleksiy Alexey Aleksei Alexei
Олена Елена Алёна Альона Olena Elena Yelena Helen Helena
Ольга Olha Olga
Андрій Андрей Andrii Andriy Andrey Andrei Andrew
Антон Anton Anthony
Анна Ганна Anna Hanna Hannah Ann Anne
Анастасія Анастасия Anastasiia Anastasiya Anastasia
Богдан Bohdan Bogdan
Василь Василий Vasyl Vasily Vasilii Basil
Вікторія Виктория Viktoriia Viktoriya Victoria
Віктор Виктор Viktor Victor
Віталій Виталий Vitalii Vitaliy Vitaly
Володимир Владимир Volodymyr Vladimir
Вячеслав Viacheslav Vyacheslav В'ячеслав
Галина Halyna Galina
Геннадій Геннадий Hennadii Gennady Gennadii
Георгій Георгий Heorhii Georgy Georgii George
Григорій Григорий Hryhorii Grigory Grigorii Gregory
Данило Данила Даниил Danylo Daniil Daniel
Дарина Дарья Дар'я Daria Darya Dariia Daryna
Денис Denys Denis Dennis
Дмитро Дмитрий Dmytro Dmitry Dmitrii Dmitriy
Євген Евгений Євгеній Yevhen Evgeny Evgenii Evgeniy Eugene
Євгенія Евгения Yevheniia Evgenia Evgeniya Eugenia
Єлизавета Елизавета Yelyzaveta Elizaveta Elizabeth
Іван Иван Ivan
Ігор Игорь Ihor Igor
Ірина Ирина Iryna Irina Irene
Йосип Иосиф Yosyp Iosif Joseph
Катерина Екатерина Kateryna Ekaterina Yekaterina Catherine Katherine
Кирило Кирилл Kyrylo Kirill Cyril
Костянтин Константин Kostiantyn Konstantin Constantine
Ксенія Ксения Оксана Kseniia Ksenia Xenia Oksana
Людмила Liudmyla Lyudmila Ludmila
Максим Maksym Maxim Maksim
Марія Мария Mariia Maria Mariya Mary
Марина Maryna Marina
Михайло Михаил Mykhailo Mikhail Michael
Микита Никита Mykyta Nikita
Микола Николай Mykola Nikolai Nikolay Nicholas
Наталія Наталья Наталя Nataliia Natalia Natalya Natalie
Надія Надежда Nadiia Nadezhda
Павло Павел Pavlo Pavel Paul
Петро Пётр Petro Petr Pyotr Peter
Пилип Филипп Pylyp Filipp Philip
Роман Roman
Світлана Светлана Svitlana Svetlana
Семен Семён Semen Semyon Simon
Сергій Сергей Serhii Serhiy Sergey Sergei
Соломія Solomiia Solomiya
Софія София Софья Sofiia Sofia Sofya Sophia
Степан Stepan Stephen
Тарас Taras
Тетяна Татьяна Tetiana Tatiana Tatyana
Федір Фёдор Fedir Fedor Fyodor Theodore
Юлія Юлия Yuliia Yulia Julia
Юрій Юрий Yurii Yuriy Yury
Яків Яков Yakiv Yakov Jacob
Ярослав Yaroslav
"""


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The text without case, accents, apostrophes and what can't be seen; its words are parted by single spaces.

    ё becomes е, ї becomes і, й becomes и, as without the marks above them.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(
        letter if letter.isprintable() else " " if letter.isspace() else ""
        for letter in plain
        if letter not in _APOSTROPHES and not unicodedata.category(letter).startswith("M")
    )
    return " ".join(kept.split())


@lru_cache(maxsize=16384)
def skeleton(folded: str) -> str:
    """What all spellings of a folded word have in common, in Latin letters: `SevCenko` of шевченко and shevchenko.

    A capital is one sound that English writes with two letters. Digits and signs stay.
    """
    sounds = _DOUBLED.sub(r"\1", _SPELLING.sub(lambda found: _SOUNDS[found[0]], folded))
    return _DOUBLED.sub(r"\1", sounds.replace("ie", "e"))


def _namesakes() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _GIVEN_LISTS.strip().splitlines():
        spellings = frozenset(skeleton(fold(name)) for name in line.split())
        for one in spellings:
            found[one] = found.get(one, frozenset()) | spellings
    return MappingProxyType(found)


#: Skeleton of a given name -> the skeletons of all its spellings, its own among them.
NAMESAKES: Final = _namesakes()
