"""Signing in, passwords and codes, accounts, and whom one writes to about them."""

from typing import Final

#: See `catalogue` for what a line says.
CONCEPTS: Final = (
    (
        "login",
        "войти вход вошел залогиниться логин логиниться логинится авторизация авторизоваться авторизует зайти захожу "
        "заходит заходить залогинился",
        "увійти вхід увійшов залогінитися логін логінитися авторизація авторизуватися зайти заходжу заходить войти "
        "ввійти залогінився",
        "login logins signin log-in sign-in logon authentication authenticate authorize authorization log_in logs_in "
        "logged_in logging_in sign_in signing_in signed_in log_on get_in get_into",
    ),
    (
        "logout",
        "разлогинить разлогинило разлогинивает выкидывает выкинуло выбрасывает выбросило выйти",
        "розлогінює розлогінило викидає викинуло вийти розлогінити",
        "logout signout log-out kicked log_out logs_out logged_out logging_out signed_out signs_out sign_out kicks_me "
        "kicked_out",
    ),
    (
        "password",
        "пароль пароля паролем пассворд",
        "пароль пароля паролем",
        "password passwords passcode passphrase",
    ),
    (
        "code",
        "код кода коды кодик одноразовый",
        "код коду коди одноразовий",
        "otp code codes one-time",
    ),
    (
        "twofactor",
        "двухфакторная двухфакторка аутентификатор аутентификация",
        "двофакторна двофакторка автентифікатор автентифікація",
        "two-factor mfa =authenticator",
    ),
    (
        "pin",
        "пин пинкод пин-код",
        "пін пінкод пін-код",
        "pin pincode pin-code pin_code",
    ),
    (
        "account",
        "аккаунт акк аккаунта учетка учетная кабинет профиль лк",
        "акаунт аккаунт кабінет обліковка обліковий профіль",
        "account accounts profile",
    ),
    (
        "registration",
        "регистрация зарегистрироваться регистрироваться регистрирует зарегался",
        "реєстрація зареєструватися реєструвати реєструється",
        "registration register registering signup sign-up sign_up signing_up signed_up",
    ),
    (
        "confirm",
        "подтвердить подтверждение подтверждает подтверждается",
        "підтвердити підтвердження підтверджує підтверджується",
        "confirm confirmation confirming verify verification verifying",
    ),
    (
        "verify",
        "верификация верифицировать паспорт личность",
        "верифікація верифікувати паспорт особа",
        "identity passport kyc",
    ),
    (
        "block",
        "заблокирован блокировка разблокировать блокируют заблокировали заблочили блочит бан =забанили =забанен",
        "заблокований блокування розблокувати блокують заблокували заблочили забанили бан",
        "blocked block locked lock unlock suspended suspend banned ban lockout",
    ),
    (
        "fraud",
        "мошенники мошенник мошенничество развод скам аферисты",
        "шахраї шахрай шахрайство скам аферисти",
        "fraud fraudulent scam scammer scammed phishing",
    ),
    (
        "hacked",
        "взломали взлом взломан хакнули хакеры",
        "хакнули хакери взламали",
        "hacked hacking hacker hijacked",
    ),
    (
        "captcha",
        "капча капчу каптча",
        "капча капчу",
        "captcha recaptcha",
    ),
    (
        "session",
        "сессия сессии",
        "сесія сесії",
        "session sessions",
    ),
    (
        "biometric",
        "отпечаток биометрия",
        "відбиток біометрія",
        "fingerprint biometric biometrics faceid touchid face_id touch_id",
    ),
    (
        "esign",
        "эцп",
        "кеп ецп електронний_підпис",
        "e-signature esign",
    ),
    (
        "access",
        "доступ доступа",
        "доступ доступу",
        "access accessing",
    ),
    (
        "recover",
        "восстановить восстановление восстанавливается сбросить сброс =забыл =забыла =забыли",
        "відновити відновлення відновлюється скинути скидання забув забула",
        "recover recovery recovering reset resetting restore forgot forgotten",
    ),
    (
        "delete",
        "=удалить =удаление =удалился =удалилась =удалилось =удаляется =удалил =удалила =удалили =удален =удалено "
        "=удалите",
        "видалити видалення видалився видаляється",
        "delete deletion deleted remove removed erase erased",
    ),
    (
        "spam",
        "спам спамят",
        "спам спамлять",
        "spam spammed",
    ),
    (
        "support",
        "поддержка саппорт оператор консультант менеджер техподдержка",
        "підтримка саппорт оператор консультант менеджер техпідтримка",
        "support helpdesk agent representative",
    ),
    (
        "chat",
        "чат чатик",
        "чат чатик",
        "chat chats",
    ),
    (
        "bot",
        "бот чатбот",
        "бот чатбот",
        "bot chatbot",
    ),
    (
        "permission",
        "разрешения полномочия",
        "дозволи повноваження",
        "permission permissions forbidden",
    ),
    (
        "token",
        "токен токена",
        "токен токена",
        "token tokens",
    ),
)
