"""What refusals of the API mean, in Ukrainian: for each type its title, what it means and what to do."""

from typing import Final

UKRAINIAN_PROBLEMS: Final[dict[str, str]] = {
    "problem": "Проблема",
    "problems": "Проблеми API",
    "problems_intro": "Відмови API — це документи про проблему (RFC 9457). Їхній `type` — адреса сторінки тут.",
    "problem_do": "Що робити",
    "problems_all": "Усі проблеми",
    "problem_malformed_title": "Запит не вдалося прочитати",
    "problem_malformed_means": "Тіло не є JSON в UTF-8, надто глибоко вкладене або передане з помилкою.",
    "problem_malformed_do": (
        "Надсилайте те, що пише бібліотека JSON. У `detail` сказано, де зупинилося читання. Ті самі байти "
        "буде відхилено знову."
    ),
    "problem_unauthorized_title": "Потрібен чинний токен",
    "problem_unauthorized_means": "Токен не показано, або він невідомий, відкликаний чи написаний з помилкою.",
    "problem_unauthorized_do": (
        "Надсилайте `Authorization: Bearer chub_…`. Адміністратор створює токен командою `channelhub token create`."
    ),
    "problem_token-expired_title": "Строк дії токена минув",
    "problem_token-expired_means": "Токен був чинний і скінчився тоді, коли було визначено під час створення.",
    "problem_token-expired_do": "Попросіть в адміністратора новий. З рештою запиту все гаразд.",
    "problem_forbidden_title": "Цей токен такого не дозволяє",
    "problem_forbidden_means": "Токен чинний, але його ролі, областей чи каналу для цього не досить.",
    "problem_forbidden_do": (
        "У `detail` названо потрібну роль або область. Візьміть інший токен або попросіть створити з такою областю."
    ),
    "problem_cross-site_title": "Запит прийшов з іншого сайту",
    "problem_cross-site_means": "Браузер надіслав його з кукі цього сервера, але не з його власної сторінки.",
    "problem_cross-site_do": (
        "Програми та сторінки інших сайтів користуються токеном в `Authorization`, а джерело такої сторінки "
        "вказують у `cors_origins`."
    ),
    "problem_not-found_title": "Тут такого немає",
    "problem_not-found_means": (
        "Такої адреси немає, або нічого з таким ідентифікатором: не було чи вже не зберігається."
    ),
    "problem_not-found_do": (
        "Перевірте адресу та ідентифікатор. Ідентифікатори беруть із відповідей цього сервера, а не складають самі."
    ),
    "problem_unknown-account_title": "Такого каналу немає",
    "problem_unknown-account_means": "У запиті назва каналу, якого немає в конфігурації, або він іншого виду.",
    "problem_unknown-account_do": (
        "`GET /api/v1/connectors` перелічує канали. Новому потрібен розділ `[accounts.…]` і перечитування конфігурації."
    ),
    "problem_method-not-allowed_title": "Ця адреса приймає інші методи",
    "problem_method-not-allowed_means": "Адреса є, але не з цим методом.",
    "problem_method-not-allowed_do": "Заголовок `Allow` перелічує методи; що робить кожен, сказано в описі API.",
    "problem_request-timeout_title": "Запит надходив надто повільно",
    "problem_request-timeout_means": "Заголовки чи тіло не надійшли вчасно. Нічого не зроблено.",
    "problem_request-timeout_do": (
        "Надішліть ще раз. Якщо так буває часто, шлях до сервера повільний або тіло для нього завелике."
    ),
    "problem_conflict_title": "Воно змінилося, або стан цього не дозволяє",
    "problem_conflict_means": (
        "Хтось змінив його після того, як ви його прочитали, стан цього не дозволяє, або запит із тим самим "
        "ключем ще виконується."
    ),
    "problem_conflict_do": "Прочитайте знову, подивіться на теперішній стан і вирішуйте наново з теперішнім `version`.",
    "problem_gone_title": "Це вже використано",
    "problem_gone_means": "Посилання діяло один раз або певний час, і він минув.",
    "problem_gone_do": "Попросіть нове посилання.",
    "problem_precondition-failed_title": "Воно не таке, як очікує запит",
    "problem_precondition-failed_means": "`If-Match` називає стан, який уже не теперішній. Нічого не змінено.",
    "problem_precondition-failed_do": "Прочитайте знову, візьміть новий `ETag` і вирішуйте наново.",
    "problem_too-large_title": "Запит завеликий",
    "problem_too-large_means": "Тіло більше, ніж тут приймають; у `detail` сказано, скільки можна.",
    "problem_too-large_do": "Надсилайте частинами: менше елементів за раз, менше файлів або менші.",
    "problem_unsupported-media-type_title": "Цей тип даних тут не приймають",
    "problem_unsupported-media-type_means": "`Content-Type` тіла не той, що читає ця адреса, або тіло стиснене.",
    "problem_unsupported-media-type_do": (
        "Надсилайте `Content-Type: application/json` там, де читають JSON, і без `Content-Encoding`."
    ),
    "problem_invalid_title": "Поле хибне",
    "problem_invalid_means": "Запит прочитано, але поле чи параметр має значення, якого не приймають.",
    "problem_invalid_do": (
        "`errors` називає кожне поле і що з ним не так. Виправте: той самий запит буде відхилено знову."
    ),
    "problem_too-many-requests_title": "Забагато запитів",
    "problem_too-many-requests_means": (
        "Цей токен, або ця адреса після невдалих спроб, питає частіше, ніж можна. Нічого не зроблено."
    ),
    "problem_too-many-requests_do": (
        "Зачекайте стільки секунд, скільки каже `Retry-After`. `RateLimit` у кожній відповіді каже, скільки лишилося."
    ),
    "problem_headers-too-large_title": "Заголовки запиту завеликі",
    "problem_headers-too-large_means": "Перший рядок або заголовок довший за 8 КіБ, або заголовків понад 100.",
    "problem_headers-too-large_do": "Перенесіть довгі значення з адреси в тіло; перевірте, чи не додає кукі проксі.",
    "problem_refused_title": "Запит відхилено",
    "problem_refused_means": "Бібліотека HTTP відхилила його ще до обробки; код стану каже чому.",
    "problem_refused_do": "`status` і `detail` кажуть, що не так із запитом як HTTP.",
    "problem_internal_title": "Дефект цього сервера",
    "problem_internal_means": "Сталося те, чого сервер не передбачив. Це записано в журнал.",
    "problem_internal_do": (
        "Передайте адміністраторові ідентифікатор з `incident`: під ним дефект записано в журналі. Чи щось "
        "зроблено, невідомо: перевірте, перш ніж повторювати, або повторюйте з тим самим `Idempotency-Key`."
    ),
    "problem_unavailable_title": "Не зараз; спробуйте ще",
    "problem_unavailable_means": (
        "Сервер зараз не може цього прийняти: повний диск, повна черга, або він запускається чи зупиняється. "
        "Нічого не збережено."
    ),
    "problem_unavailable_do": "Надішліть те саме через `Retry-After` секунд і зберігайте, доки не прийде 2xx.",
}
