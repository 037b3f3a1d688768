"""Booking, hotels, events, films, music, games, food."""

from typing import Final

#: See `catalogue` for what a line says.
CONCEPTS: Final = (
    (
        "booking",
        "бронь брони бронирование бронирования забронировать забронировал",
        "бронь броні бронювання забронювати забронював",
        "booking bookings reservation reservations reserve reserved book booked",
    ),
    (
        "hotel",
        "отель отеля отели гостиница гостинице хостел",
        "готель готелю готелі хостел",
        "hotel hotels hostel",
    ),
    (
        "room",
        "комната комнаты",
        "кімната кімнати",
        "room rooms",
    ),
    (
        "apartment",
        "апартаменты квартира квартиры",
        "апартаменти квартира квартири",
        "flat =apartment =apartments",
    ),
    (
        "tour",
        "тур тура туры путевка туроператор",
        "тур туру тури путівка туроператор",
        "tour tours",
    ),
    (
        "concert",
        "концерт концерта мероприятие афиша",
        "концерт концерту захід афіша",
        "concert concerts",
    ),
    (
        "cinema",
        "кинотеатр кинотеатре сеанс сеанса",
        "кінотеатр кінотеатрі сеанс сеансу",
        "cinema cinemas",
    ),
    (
        "film",
        "фильм фильма фильмы кино =сериал =сериала =сериалы =серия =серии =серию =серий эпизод",
        "фільм фільму фільми кіно =серіал =серіали =серіалу =серія =серії =серію =серій епізод",
        "movie movies film films series episode episodes",
    ),
    (
        "music",
        "музыка музыку песня песни плейлист",
        "музика музику пісня пісні плейлист",
        "music song songs playlist",
    ),
    (
        "video",
        "видео видос видосы ролик ролики",
        "відео відос відоси ролик ролики",
        "video videos clip",
    ),
    (
        "stream",
        "трансляция трансляции стрим стримы эфир",
        "трансляція трансляції стрім стріми ефір",
        "stream streams streaming broadcast livestream",
    ),
    (
        "playback",
        "плеер плеера воспроизведение воспроизводится проигрывается",
        "плеєр плеєра відтворення відтворюється програвач програється",
        "playback player",
    ),
    (
        "subtitles",
        "субтитры субтитров",
        "субтитри субтитрів",
        "subtitles captions",
    ),
    (
        "buffering",
        "буферизация буферит",
        "буферизація буферить",
        "buffering buffers",
    ),
    (
        "game",
        "игра игры игру игре играть играю",
        "гра гру ігри грі грати граю",
        "game games gaming gameplay",
    ),
    (
        "match",
        "матч матча матчи турнир катка",
        "матч матчу матчі турнір катка",
        "match matches matchmaking tournament",
    ),
    (
        "donate",
        "донат донаты задонатил донатить",
        "донат донати задонатив донатити",
        "donate donated donation donations",
    ),
    (
        "skins",
        "скин скины скинов",
        "скін скіни скінів",
        "skin skins loot",
    ),
    (
        "achievement",
        "ачивка ачивки достижение достижения",
        "ачивка ачивки досягнення",
        "achievement achievements",
    ),
    (
        "gamepad",
        "геймпад джойстик",
        "геймпад джойстик",
        "gamepad joystick",
    ),
    (
        "ebook",
        "книга книги книжка аудиокнига",
        "книга книги книжка аудіокнига",
        "ebook ebooks audiobook audiobooks",
    ),
    (
        "gym",
        "тренировка тренировки спортзал абонемент фитнес",
        "тренування спортзал абонемент фітнес",
        "gym workout workouts membership fitness",
    ),
    (
        "food",
        "еда еды блюдо блюда пицца суши обед ужин",
        "їжа їжі страва страви піца суші обід вечеря",
        "food foods meal meals pizza sushi lunch dinner",
    ),
    (
        "restaurant",
        "ресторан ресторана кафе кафешка",
        "ресторан ресторану кафе кав'ярня",
        "restaurant restaurants cafe",
    ),
    (
        "character",
        "персонаж персонажа персонажи перс",
        "персонаж персонажа персонажі перс",
        "character characters",
    ),
)
