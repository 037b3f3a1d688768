"""Messages that report a trouble and name nothing: they say that it is so with them, too, or that it doesn't work."""

import re
from collections.abc import Sequence
from typing import Final

_MOST_WORDS: Final = 12
#: What chats agree with: a plus or several, with or without a one.
_PLUS: Final = re.compile(r"\s*\+{1,5}\s*1?\s*[!.]*\s*")
#: What says that it is so with this customer, too, or once more.
_ECHOING_WORDS: Final = (
    "тоже также аналогично аналогичная аналогичный аналогичное аналогичную идентично идентичная такая такой такое "
    "такую такого такие самая самое самый самую самые опять снова заново плюс плюсую плюсуюсь присоединяюсь "
    "подтверждаю поддерживаю одинаково повторяется повторилось "
    "теж також аналогічно аналогічна аналогічний аналогічне аналогічну ідентично ідентична така такий таке таку "
    "такі само сама саме самий саму самі знову знов плюсую приєднуюся підтверджую підтримую однаково повторюється "
    "повторилося "
    "too also either same likewise ditto again identical confirm confirmed seconded similar similarly another"
)
#: What people put around it: for how long, with whom, until when.
_AROUND_WORDS: Final = (
    "час часа часов часами минут минуту минуты полчаса сутки суток дней неделю неделя второй третий третью вторые "
    "третьи сегодня вчера сейчас теперь давно долго ночи утром вечером обеда больше почти сих пор ещё ситуация "
    "история беда дело других многих одного один одни одна остальных людей знакомых соседей ждать жду ждем сколько "
    "можно починят почините починить исправят исправите исправьте исправить заработает восстановят восстановите "
    "решат решите устранят сделайте скоро наконец происходит случилось творится делать чего вообще совсем ничего "
    "никак ау народ ребята кто-то кто-нибудь "
    "годину годин години хвилин хвилину хвилини півгодини доба доби добу тиждень другий третій третю другу "
    "сьогодні вчора зараз тепер довго ночі вранці ввечері обіду більше майже досі ситуація історія біда справа "
    "інших багатьох решти знайомих сусідів чекати чекаю чекаємо скільки полагодять полагодите виправлять виправите "
    "виправте запрацює відновлять відновите вирішать вирішите усунуть зробіть нарешті відбувається сталося "
    "коїться робити взагалі зовсім нічого ніяк агов друзі хтось хто-небудь "
    "hour hours minute minutes half days week second third time times today yesterday now since still already long "
    "ago night while much more almost situation story thing things stuff case happening happened people everyone "
    "everybody others other anyone anybody someone somebody only one wait waiting fix fixed repair resolved solve "
    "soon finally guys folks really whole exact exactly all over yet yes getting got experiencing seeing any ever "
    "it's what's that's i'm i've you're we're we've"
)
_ECHOING: Final = frozenset(_ECHOING_WORDS.split())
_NO_NAMES: Final = _ECHOING.union(_AROUND_WORDS.split())


def is_nameless(text: str, words: Sequence[str], matters: Sequence[str], problem: float) -> bool:
    """The message reports something and has no word that may name it.

    `words` are all of its words in lower case, `matters` those that carry a meaning (`content.meaning`) and speak
    neither of failing nor of working; `problem` is as in `Features`.
    """
    if _PLUS.fullmatch(text):
        return True
    if not 0 < len(words) <= _MOST_WORDS or not _NO_NAMES.issuperset(matters):
        return False
    return problem == 1.0 or not _ECHOING.isdisjoint(words)
