"""Ways in which things fail."""

from typing import Final

#: See `catalogue` for what a line says.
CONCEPTS: Final = (
    (
        "freeze",
        "зависает завис зависла зависло виснет висит подвисает подвис залип",
        "зависає завис зависла зависло висне висить підвисає підвис залип",
        "freeze freezes frozen freezing hangs hanging hung unresponsive stuck",
    ),
    (
        "crash",
        "вылетает вылетела вылетело вылетел крашится краш крашнулось",
        "вилітає вилетіла вилетіло вилетів крашиться краш крашнулося",
        "crash crashes crashing crashed",
    ),
    (
        "down",
        "упал упала упало лежит лег легло рухнул рухнула прилег",
        "впав впала впало лежить ліг лягло рухнув рухнула приліг",
        "down downtime",
    ),
    (
        "error",
        "ошибка ошибки ошибку еррор эррор",
        "помилка помилки помилку еррор ерор",
        "error errors",
    ),
    (
        "glitch",
        "глюк глюки глючит заглючило баг баги багует косяк",
        "глюк глюки глючить заглючило баг баги багує косяк",
        "glitch glitches glitchy glitching bug bugs buggy",
    ),
    (
        "timeout",
        "таймаут тайм-аут",
        "таймаут тайм-аут",
        "timeout timeouts time-out timed_out times_out",
    ),
    (
        "blank",
        "пустой пустая пусто пустые",
        "порожній порожня порожньо порожні пустий",
        "blank empty",
    ),
    (
        "black",
        "черный черная",
        "чорний чорна",
        "black",
    ),
    (
        "white",
        "белый белая",
        "білий біла",
        "white",
    ),
    (
        "noise",
        "шум шумит треск трещит хрипит шипит гудит",
        "шум шумить тріск тріщить хрипить шипить гуде",
        "noise noises noisy crackling buzzing",
    ),
    (
        "overheat",
        "греется перегрев перегревается",
        "гріється перегрів перегрівається",
        "overheat overheats overheating",
    ),
    (
        "restart",
        "перезагрузка перезагрузить перезагружается перезагрузил перезапуск перезапустить ребут ребутнул",
        "перезавантаження перезавантажити перезавантажується перезавантажив перезапуск перезапустити ребут",
        "restart restarts restarted restarting reboot rebooted reboots",
    ),
    (
        "blink",
        "мигает моргает мерцает",
        "блимає моргає мерехтить",
        "blink blinking blinks flashing flicker flickering flickers",
    ),
    (
        "wait",
        "ждать жду ждем ожидание ожидания",
        "очікування =чекати =чекаю =чекаємо =чекав =чекала",
        "wait waits waiting waited",
    ),
    (
        "reject",
        "отклонен отклонено отклонили отклоняется отклоняют отказ отказано отказывает отказали",
        "відхилено відхилений відхилили відхиляється відхиляють відмова відмовляє відмовлено відмовили",
        "declined decline declines declining rejected rejects reject refused refuses refuse denied",
    ),
    (
        "unavailable",
        "недоступен недоступно недоступна недоступны",
        "недоступний недоступно недоступна недоступні",
        "unavailable inaccessible unreachable",
    ),
    (
        "wrong",
        "неверный неверная неверно неправильный неправильно некорректно",
        "невірний невірна невірно неправильний неправильно некоректно",
        "wrong wrongly incorrect incorrectly invalid",
    ),
    (
        "maintenance",
        "техработы техобслуживание профилактика",
        "техроботи техобслуговування профілактика",
        "maintenance",
    ),
    (
        "spinning",
        "крутится кружок колесико спиннер",
        "крутиться кружечок коліщатко спінер",
        "spinning spinner spins",
    ),
    (
        "offline",
        "офлайн оффлайн",
        "офлайн оффлайн",
        "offline",
    ),
)
