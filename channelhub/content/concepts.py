"""Everyday support concepts as words of three languages: the data of `lexicon`.

Each line: the concept's id, then Russian, Ukrainian and English words in any one form (they are stemmed when loaded).
A word names one concept only. General vocabulary of services people pay for; no product names.
"""

from typing import Final

#: id, Russian, Ukrainian, English
CONCEPTS: Final[tuple[tuple[str, str, str, str], ...]] = (
    (
        "login",
        "войти вход залогиниться авторизация авторизоваться логин зайти",
        "увійти вхід залогінитися авторизація авторизуватися логін зайти",
        "login signin log-in sign-in logon logging authentication authenticate authorize authorization",
    ),
    ("logout", "разлогинить выкидывает выбрасывает", "розлогінює викидає", "logout signout kicked"),
    ("password", "пароль паролем", "пароль паролем", "password passcode passphrase"),
    (
        "code",
        "код смска одноразовый подтверждения",
        "код смска одноразовий підтвердження",
        "otp code 2fa verification",
    ),
    ("account", "аккаунт кабинет учетка профиль", "акаунт кабінет обліковка профіль", "account profile"),
    (
        "pay",
        "оплата оплатить платеж платежа заплатить проплата",
        "оплата оплатити платіж платежу заплатити проплата",
        "payment pay paid paying checkout",
    ),
    ("card", "карта карточка карту карты картой", "картка карта карткою", "card visa mastercard"),
    (
        "refund",
        "возврат вернуть возместить возмещение",
        "повернення повернути відшкодування відшкодувати",
        "refund reimburse reimbursement chargeback",
    ),
    (
        "charge",
        "списать списали списание снялись сняли",
        "списати списали списання зняли",
        "charged charge debited deducted billed",
    ),
    ("money", "деньги средства сумма", "гроші кошти сума", "money funds amount cash"),
    ("balance", "баланс остаток", "баланс залишок", "balance"),
    ("transfer", "перевод перевести перевел", "переказ переказати переказав", "transfer remittance wire"),
    ("topup", "пополнить пополнение", "поповнити поповнення", "topup top-up topping recharge"),
    ("withdraw", "вывод вывести снять наличные", "виведення вивести готівка", "withdraw withdrawal atm"),
    ("atm", "банкомат терминал", "банкомат термінал", "cashpoint terminal"),
    ("bank", "банк", "банк", "bank banking"),
    ("order", "заказ заказать заказывал", "замовлення замовити замовляв", "order ordered purchase"),
    (
        "delivery",
        "доставка доставить привезти курьер доставили",
        "доставка доставити привезти кур'єр доставили",
        "delivery deliver shipment shipping courier shipped",
    ),
    ("parcel", "посылка отправление", "посилка відправлення", "parcel package"),
    ("tracking", "отследить отслеживание трек", "відстежити відстеження трек", "track tracking"),
    ("pickup", "самовывоз постамат", "самовивіз поштомат", "pickup locker"),
    ("store", "магазин", "магазин крамниця", "store shop"),
    ("basket", "корзина", "кошик", "basket cart"),
    ("promo", "промокод скидка акция купон", "промокод знижка акція купон", "promo discount coupon voucher promocode"),
    ("bonus", "бонус баллы кэшбэк кешбэк", "бонус бали кешбек", "bonus points cashback loyalty"),
    ("price", "цена стоимость подорожало", "ціна вартість подорожчало", "price pricing cost"),
    ("fee", "комиссия", "комісія", "fee commission"),
    ("invoice", "счет чек квитанция накладная", "рахунок чек квитанція накладна", "invoice receipt bill billing"),
    (
        "subscription",
        "подписка подписаться продление",
        "підписка підписатися продовження",
        "subscription subscribe renewal renew",
    ),
    ("tariff", "тариф пакет", "тариф", "tariff plan"),
    ("internet", "интернет инет", "інтернет інет", "internet broadband"),
    ("wifi", "вайфай роутер wi-fi маршрутизатор", "вайфай роутер маршрутизатор", "wifi router modem wi-fi"),
    ("network", "сеть", "мережа", "network"),
    (
        "connection",
        "соединение подключение подключиться подключается коннект",
        "з'єднання підключення підключитися під'єднання",
        "connection connect connecting connectivity",
    ),
    ("signal", "связь сигнал покрытие", "зв'язок сигнал покриття", "signal coverage reception"),
    (
        "speed",
        "скорость медленно тормозит медленный",
        "швидкість повільно гальмує повільний",
        "speed slow slowness lagging sluggish latency",
    ),
    (
        "call",
        "звонок дозвониться звонить позвонить",
        "дзвінок додзвонитися дзвонити подзвонити",
        "call calling dial phoned",
    ),
    ("sms", "смс сообщение sms", "смс повідомлення", "sms message text"),
    ("phone", "телефон номер мобильный", "телефон номер мобільний", "phone mobile"),
    ("simcard", "симка сим", "сімка сім", "sim esim"),
    ("app", "приложение прога апп", "застосунок додаток", "app application"),
    ("site", "сайт страница страничка", "сайт сторінка", "site website page webpage"),
    ("browser", "браузер хром", "браузер хром", "browser chrome safari firefox"),
    ("update", "обновление обновить обновился", "оновлення оновити оновився", "update upgrade updated"),
    (
        "install",
        "установить установка скачать",
        "встановити встановлення завантажити",
        "install installation download",
    ),
    ("server", "сервер", "сервер", "server servers"),
    (
        "load",
        "грузится загрузка загружается прогружается грузит",
        "вантажиться завантаження завантажується",
        "loading load loads",
    ),
    (
        "freeze",
        "зависает виснет зависло подвисает завис",
        "зависає висне зависло підвисає",
        "freeze freezes frozen hangs unresponsive",
    ),
    ("crash", "вылетает вылет крашится", "вилітає виліт крашиться", "crash crashes crashing"),
    ("screen", "экран", "екран", "screen display"),
    ("button", "кнопка нажать нажимаю", "кнопка натиснути натискаю", "button click press tap"),
    ("video", "видео ролик трансляция", "відео ролик трансляція", "video stream streaming playback"),
    ("sound", "звук аудио микрофон", "звук аудіо мікрофон", "sound audio microphone"),
    ("camera", "камера", "камера", "camera"),
    ("photo", "фото фотография картинка изображение", "фото світлина зображення картинка", "photo picture image"),
    ("file", "файл документ", "файл документ", "file document attachment"),
    ("email", "почта письмо имейл емейл", "пошта лист імейл", "email mail inbox e-mail"),
    ("notification", "уведомление пуш оповещение", "сповіщення пуш", "notification notifications push alert"),
    ("search", "поиск найти", "пошук знайти", "search searching"),
    ("chat", "чат оператор поддержка бот", "чат оператор підтримка бот", "chat support helpdesk bot"),
    ("tv", "телевизор тв канал телевидение", "телевізор тб канал телебачення", "tv television channel"),
    ("power", "электричество свет электроэнергия", "електрика світло електроенергія", "electricity power"),
    ("water", "вода водоснабжение", "вода водопостачання", "water"),
    ("heating", "отопление батареи", "опалення батареї", "heating radiator boiler"),
    ("ticket", "билет", "квиток", "ticket"),
    (
        "booking",
        "бронь бронирование забронировать",
        "бронь бронювання забронювати",
        "booking reservation reserve book",
    ),
    ("flight", "рейс самолет", "рейс літак", "flight plane airline"),
    ("taxi", "такси водитель поездка", "таксі водій поїздка", "taxi driver ride trip"),
    ("food", "еда блюдо ресторан кафе", "їжа страва ресторан кафе", "food meal restaurant"),
    ("map", "адрес геолокация навигация", "адреса геолокація навігація мапа", "address location map gps"),
    ("sync", "синхронизация синхронизируется", "синхронізація синхронізується", "sync synchronization syncing"),
    ("data", "данные", "дані", "data"),
    ("verify", "верификация паспорт личность", "верифікація паспорт особа", "identity passport kyc"),
    (
        "block",
        "заблокирован блокировка разблокировать блокируют",
        "заблокований блокування розблокувати",
        "blocked block locked suspended banned",
    ),
    ("exchange", "курс валюта обмен", "курс валюта обмін", "exchange currency rate"),
)

#: Words that report something broken, by themselves.
PROBLEM_WORDS: Final[tuple[str, str, str]] = (
    (
        "ошибка ошибку сбой авария проблема поломка сломалось сломался упал упало лежит глючит глюк зависло завис "
        "виснет вылетает отваливается отвалилось пропал пропало пропали исчез исчезло исчезли обрыв перебои "
        "задержка отключили отказ отклонен отклоняется отклоняют недоступен недоступно невозможно тормозит "
        "крутится бесконечно дважды потерян повредили нерабочий безуспешно таймаут баг перестал перестало "
        "перестала перестали неверный некорректно заблокировали выбивает выкидывает"
    ),
    (
        "помилка помилку збій аварія проблема поломка зламалося зламався впав впало лежить глючить глюк зависло "
        "завис висне вилітає відвалюється зник зникло зникли пропав пропало обрив перебої затримка вимкнули "
        "відмова відхилено відхиляється недоступний недоступно неможливо гальмує крутиться нескінченно двічі "
        "загублено пошкоджено безуспішно таймаут баг перестав перестало перестала перестали невірний некоректно "
        "заблокували вибиває викидає"
    ),
    (
        "error failure outage problem issue broken down crash crashes crashing stuck freeze frozen hangs glitch "
        "bug missing disappeared lost vanished timeout fails failed failing unavailable unable unreachable "
        "rejected declined denied offline interrupted delayed twice corrupted disconnected disconnecting wrong "
        "incorrect refuses blank unresponsive"
    ),
)
#: Everyday verbs of working and being able: negated they report something broken.
WORKING_WORDS: Final[tuple[str, str, str]] = (
    (
        "работает могу можем получается открывается открыть грузится загружается заходит войти приходит пришел "
        "пришло проходит прошел прошла видит видно отвечает включается запускается подключается отправляется "
        "отображается показывает поступили доходит принимает дают удается реагирует отправить зайти оплатить"
    ),
    (
        "працює можу можемо виходить відкривається відкрити вантажиться завантажується заходить увійти приходить "
        "прийшов прийшло проходить пройшов пройшла бачить видно відповідає вмикається запускається підключається "
        "надсилається відображається показує надійшли доходить приймає вдається реагує відправити зайти сплатити"
    ),
    (
        "work working works can able open opens opening load loads loading receive received arrive arrived go "
        "going connect respond responding show showing shows send sending start starts let allow get getting "
        "accept accepted see process processed update sync access complete"
    ),
)
_NEGATIONS: Final = (
    "не нет нету ни нельзя без немає нема ані без not no can't cant cannot don't dont doesn't doesnt won't wont "
    "isn't isnt didn't didnt couldn't couldnt wouldn't wouldnt aren't arent hasn't hasnt haven't havent never "
    "nothing without"
)
_PLEASANTRIES: Final = (
    "здравствуйте здравствуй привет приветствую добрый доброе доброго день дня утро утра вечер вечера спасибо "
    "пожалуйста благодарю уважением заранее подскажите помогите прошу уважаемые коллеги вітаю привіт добридень "
    "доброго ранку дякую будь ласка повагою підкажіть допоможіть прошу шановні наперед hello hi hey dear sir madam "
    "good morning afternoon evening day thanks thank please regards kind best sincerely cheers help greetings team "
    "sent iphone android"
)
_FUNCTION_WORDS: Final = (
    "и в во на с со к ко у о об от до по из за для при под над через а но или да же ли бы то это этот эта эти тот "
    "та те я мы ты вы он она оно они мне меня мной нам нас вам вас тебе тебя ему его ей ее их им мой моя мое мои "
    "моей наш ваш свой что чтобы как так там тут здесь где когда если уже еще все всё всех весь вся очень только "
    "просто тоже также почему зачем какой какая какие кто был была было были есть быть буду будет раз вот ну ведь "
    "сам после до і й та в у на з із зі до від по за для при під над через а але або чи же би то це цей ця ці той "
    "те я ми ти ви він вона воно вони мені мене нам нас вам вас тобі тебе йому його їй її їх їм мій моя моє мої "
    "моїй наш ваш свій що щоб як так там тут де коли якщо вже ще все всі весь вся дуже тільки лише просто теж "
    "також чому навіщо який яка які хто був була було були є бути буду буде раз ось ну адже сам після a an the and "
    "or but if of to in on at by for from with about as is are was were be been being am do does did have has had "
    "having i me my mine we us our you your he him his she her it its they them their this that these those there "
    "here what which who whom when where why how so too very just also then than will would shall should could may "
    "might must im ive id ill youre theyre whats thats"
)
#: What negates.
NEGATIONS: Final = frozenset(_NEGATIONS.split())
#: Greetings, closings and thanks: they say nothing of the matter.
PLEASANTRIES: Final = frozenset(_PLEASANTRIES.split())
#: Function words: in every text, so they carry no share worth counting.
FUNCTION_WORDS: Final = frozenset(_FUNCTION_WORDS.split())
