"""What a shop's customers write on any day, in three languages: the background that an outage has to stand out of."""

from typing import Final

#: Each subject of conversation: per language the ways people put it. `{order}` becomes an order number.
EVERYDAY: Final[tuple[dict[str, tuple[str, ...]], ...]] = (
    {
        "ru": ("Где мой заказ {order}? Обещали привезти вчера", "Когда доставят заказ {order}?"),
        "uk": ("Де моє замовлення {order}? Обіцяли привезти вчора", "Коли доставлять замовлення {order}?"),
        "en": ("Where is my order {order}? It was promised for yesterday", "When will order {order} be delivered?"),
    },
    {
        "ru": ("Хочу поменять адрес доставки, переехала на другую улицу", "Можно перенести доставку на субботу?"),
        "uk": ("Хочу змінити адресу доставки, переїхала на іншу вулицю", "Чи можна перенести доставку на суботу?"),
        "en": ("I moved house, please change my delivery address", "Could the courier come on Saturday instead?"),
    },
    {
        "ru": (
            "Кроссовки малы, как обменять на 43 размер?",
            "Подошва отклеилась через неделю, куда нести обувь?",
        ),
        "uk": ("Кросівки замалі, як обміняти на 43 розмір?", "Підошва відклеїлася за тиждень, куди нести взуття?"),
        "en": ("The trainers are too small, can I swap them for a 43?", "The sole came off in a week, what now?"),
    },
    {
        "ru": ("Нужен чек для бухгалтерии по заказу {order}", "Пришлите, пожалуйста, счет на юридическое лицо"),
        "uk": ("Потрібен чек для бухгалтерії за замовленням {order}", "Надішліть рахунок на юридичну особу"),
        "en": ("I need an invoice with our VAT number for {order}", "Please send the receipt to our accountant"),
    },
    {
        "ru": ("Есть ли скидка для студентов?", "Промокод ВЕСНА ещё действует?"),
        "uk": ("Чи є знижка для студентів?", "Промокод ВЕСНА ще діє?"),
        "en": ("Is there a student discount?", "Does the code SPRING still count for coats?"),
    },
    {
        "ru": ("Когда снова будут в наличии синие куртки?", "Ждать ли зимнюю коллекцию до праздников?"),
        "uk": ("Коли знову будуть у наявності сині куртки?", "Чи чекати зимову колекцію до свят?"),
        "en": ("When are the blue jackets back in stock?", "Will the winter collection arrive before the holidays?"),
    },
    {
        "ru": ("До скольки работает магазин на Подоле в воскресенье?", "Есть ли парковка возле вашего салона?"),
        "uk": ("До котрої працює крамниця на Подолі в неділю?", "Чи є парковка біля вашого салону?"),
        "en": ("How late is the Podil branch open on Sunday?", "Is there parking next to your showroom?"),
    },
    {
        "ru": ("Как стирать шерстяной свитер, чтобы не сел?", "Из чего сделана подкладка пальто?"),
        "uk": ("Як прати вовняний светр, щоб не збігся?", "З чого зроблена підкладка пальта?"),
        "en": ("How do I wash the wool sweater so that it keeps its shape?", "What is the lining of the coat made of?"),
    },
    {
        "ru": ("Сколько у меня накопилось баллов?", "Подарите ли бонусы на день рождения?"),
        "uk": ("Скільки в мене накопичилося балів?", "Чи подаруєте бонуси на день народження?"),
        "en": ("How many loyalty points do I have?", "Can I give my points to my sister?"),
    },
    {
        "ru": (
            "Возврат оформил неделю назад, когда вернутся деньги?",
            "Отправил вещи обратно, ждать ли ответа?",
        ),
        "uk": ("Повернення оформив тиждень тому, коли надійдуть гроші?", "Відправив речі назад, чи чекати відповіді?"),
        "en": ("I sent the dress back a week ago, when do I see the refund?", "Did my return reach your warehouse?"),
    },
    {
        "ru": ("Подарочный сертификат можно разделить на две покупки?", "Упакуете как подарок с открыткой?"),
        "uk": ("Подарунковий сертифікат можна розділити на дві покупки?", "Запакуєте як подарунок з листівкою?"),
        "en": ("Can a gift voucher be split over two purchases?", "Do you wrap presents and add a note?"),
    },
    {
        "ru": ("Курьер был очень вежлив, спасибо ему", "Всё подошло идеально, передайте благодарность Марине"),
        "uk": ("Кур'єр був дуже ввічливий, дякую йому", "Усе підійшло ідеально, передайте подяку Марині"),
        "en": ("Your courier was lovely, tell him I said so", "Everything fits perfectly, greetings to Maryna"),
    },
    {
        "ru": ("В посылке не хватает пояса от платья", "Прислали зелёный шарф вместо серого"),
        "uk": ("У посилці бракує пояса від сукні", "Надіслали зелений шарф замість сірого"),
        "en": ("The belt is missing from the parcel", "I got a green scarf instead of the grey one"),
    },
    {
        "ru": ("Отпишите меня от рассылки", "Слишком много писем, оставьте только про распродажи"),
        "uk": ("Відпишіть мене від розсилки", "Забагато листів, залиште тільки про розпродажі"),
        "en": ("Please take me off the newsletter", "Fewer mails please, only about sales"),
    },
    {
        "ru": ("Ищете ли вы продавцов на лето?", "Куда прислать резюме дизайнера?"),
        "uk": ("Чи шукаєте продавців на літо?", "Куди надіслати резюме дизайнера?"),
        "en": ("Are you hiring for the summer?", "Where can a designer send a CV?"),
    },
    {
        "ru": ("Делаете ли корпоративные заказы, нужно 40 футболок с логотипом?", "Вышьете ли имя на рюкзаке?"),
        "uk": ("Чи робите корпоративні замовлення, треба 40 футболок з логотипом?", "Чи вишиєте ім'я на рюкзаку?"),
        "en": ("We need 40 shirts with our logo, do you print?", "Could you embroider a name on the backpack?"),
    },
    {
        "ru": ("Какой размер взять при росте 182?", "Рукава у рубашки длинные или укороченные?"),
        "uk": ("Який розмір узяти на зріст 182?", "Рукави в сорочки довгі чи вкорочені?"),
        "en": ("I am 182 tall, which size do I take?", "Are the sleeves of the linen shirt long?"),
    },
    {
        "ru": ("Забыл пароль, как восстановить?", "Поменяла номер телефона, обновите в профиле"),
        "uk": ("Забув пароль, як відновити?", "Змінила номер телефону, оновіть у профілі"),
        "en": ("I forgot my password, how do I get a new one?", "New phone number, please update my profile"),
    },
    {
        "ru": ("Можно рассчитаться с курьером наличными?", "Принимаете ли рассрочку на три месяца?"),
        "uk": ("Чи можна розрахуватися з кур'єром готівкою?", "Чи є розстрочка на три місяці?"),
        "en": ("Does the courier take cash?", "Do you offer three monthly instalments?"),
    },
    {
        "ru": ("Отправляете ли за границу, в Польшу?", "Сколько идёт посылка до Львова?"),
        "uk": ("Чи надсилаєте за кордон, до Польщі?", "Скільки йде посилка до Львова?"),
        "en": ("Do you ship to Poland?", "How many days does a parcel take to Lviv?"),
    },
    {
        "ru": ("Выключите музыку в примерочной, невозможно громко", "В торговом зале очень душно"),
        "uk": ("Зробіть тихішою музику в примірочній", "У торговому залі дуже душно"),
        "en": ("The music in the fitting rooms is far too loud", "It is terribly stuffy on the second floor"),
    },
    {
        "ru": ("Отмените заказ {order}, передумала", "Добавьте к заказу {order} ещё одни носки"),
        "uk": ("Скасуйте замовлення {order}, передумала", "Додайте до замовлення {order} ще одні шкарпетки"),
        "en": ("Please cancel {order}, I changed my mind", "Add another pair of socks to {order}"),
    },
)

#: How people begin and end; nothing in them tells one matter from another.
OPENINGS: Final = {
    "ru": ("Здравствуйте! ", "Добрый день. ", "Привет, ", "", ""),
    "uk": ("Добрий день! ", "Вітаю. ", "Доброго ранку, ", "", ""),
    "en": ("Hello, ", "Hi! ", "Good morning. ", "", ""),
}
CLOSINGS: Final = {
    "ru": (" Спасибо!", " Заранее благодарю", "", ""),
    "uk": (" Дякую!", " Наперед дякую", "", ""),
    "en": (" Thanks!", " Kind regards", "", ""),
}
#: Subjects of mails: as empty of meaning as they often are.
SUBJECTS: Final = {"ru": ("Вопрос", "Здравствуйте"), "uk": ("Питання", "Вітаю"), "en": ("A question", "Hello")}
