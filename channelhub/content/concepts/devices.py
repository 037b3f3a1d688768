"""Devices at home and in the hand, and their parts."""

from typing import Final

#: See `catalogue` for what a line says.
CONCEPTS: Final = (
    (
        "device",
        "устройство устройства девайс гаджет",
        "пристрій пристрою пристрої девайс гаджет",
        "device devices gadget",
    ),
    (
        "computer",
        "компьютер компьютера ноут ноутбук пк =комп =компа =компе =компом",
        "комп'ютер комп'ютера ноут ноутбук пк =комп =компа =компі",
        "computer computers laptop laptops pc",
    ),
    (
        "tablet",
        "планшет планшета",
        "планшет планшета",
        "tablet tablets ipad",
    ),
    (
        "smartwatch",
        "браслет =часы",
        "годинник браслет",
        "smartwatch wristband",
    ),
    (
        "headphones",
        "наушники наушников гарнитура",
        "навушники навушників гарнітура",
        "headphones headphone earbuds headset",
    ),
    (
        "bluetooth",
        "блютуз блютус",
        "блютуз блютус",
        "bluetooth pairing",
    ),
    (
        "battery",
        "аккумулятор аккумулятора батарейка разряжается =заряд =заряда",
        "акумулятор акумулятора батарейка розряджається =заряд =заряду",
        "battery batteries",
    ),
    (
        "sensor",
        "датчик датчика датчики сенсор",
        "датчик датчика датчики сенсор",
        "sensor sensors",
    ),
    (
        "thermostat",
        "термостат термостата",
        "термостат термостата",
        "thermostat thermostats",
    ),
    (
        "socket",
        "розетка розетки",
        "розетка розетки",
        "socket sockets plug outlet",
    ),
    (
        "speaker",
        "колонка колонки динамик",
        "колонка колонки динамік",
        "speaker speakers",
    ),
    (
        "lock",
        "замок замка дверь двери",
        "замок замка двері дверей",
        "door doors doorlock",
    ),
    (
        "vacuum",
        "пылесос пылесоса робот-пылесос",
        "пилосос пилососа",
        "vacuum",
    ),
    (
        "alarm",
        "сигнализация сигнализации",
        "сигналізація сигналізації",
        "alarm alarms siren",
    ),
    (
        "cctv",
        "видеонаблюдение видеонаблюдения",
        "відеоспостереження відеонагляд",
        "surveillance cctv",
    ),
    (
        "keyboard",
        "клавиатура клавиатуры мышка",
        "клавіатура клавіатури мишка",
        "keyboard keyboards",
    ),
    (
        "firmware",
        "прошивка прошивки",
        "прошивка прошивки",
        "firmware",
    ),
    (
        "screen",
        "экран экрана дисплей",
        "екран екрана дисплей",
        "screen screens display",
    ),
    (
        "button",
        "кнопка кнопки кнопку =нажать =нажал =нажимаю =нажимается =нажимаем",
        "кнопка кнопки кнопку натиснути натискаю натискається",
        "button buttons click clicking press tap",
    ),
    (
        "icon",
        "иконка иконки значок",
        "іконка іконки значок",
        "icon icons",
    ),
    (
        "menu",
        "=меню",
        "=меню",
        "menu menus",
    ),
    (
        "sound",
        "звук звука звуки аудио",
        "звук звуку звуки аудіо",
        "sound sounds audio",
    ),
    (
        "microphone",
        "микрофон микрофона микро",
        "мікрофон мікрофона",
        "microphone mic",
    ),
    (
        "camera",
        "камера камеры камеру",
        "камера камери камеру",
        "camera cameras webcam",
    ),
    (
        "photo",
        "фото фотография фотографии картинка картинки изображение",
        "фото світлина світлини зображення картинка картинки фотографія",
        "photo photos picture pictures image images",
    ),
    (
        "fridge",
        "холодильник холодильника",
        "холодильник холодильника",
        "fridge refrigerator freezer",
    ),
    (
        "washer",
        "стиралка стиральная",
        "пралка пральна",
        "washer dishwasher",
    ),
    (
        "conditioner",
        "кондиционер кондиционера",
        "кондиціонер кондиціонера",
        "conditioner conditioning",
    ),
    (
        "remote",
        "пульт пульта",
        "пульт пульта",
        "remote",
    ),
)
