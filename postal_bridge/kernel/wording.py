"""How figures, dates and codes are written on screens, slips and forms, in both languages. Pure.

Moments are shown in Vietnam's civil time, whatever zone they come in. Sentences are not made here
but in `kernel/text.py`.

Source: ui.md of the design ("Language"); numbers in words as read in Vietnamese schools.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Literal

Language = Literal["vi", "en"]

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
LARGEST_IN_WORDS = 999_999_999_999

_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DIGITS_VI = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS_VI = ("", " nghìn", " triệu", " tỷ")
_SMALL_EN = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS_EN = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_GROUPS_EN = ("", " thousand", " million", " billion")


def whole(number: int, language: Language = "vi") -> str:
    """Write a whole number with the language's thousands separator: 26.000 or 26,000."""
    written = f"{number:,}"
    return written.replace(",", ".") if language == "vi" else written


def dong(amount_vnd: int, language: Language = "vi") -> str:
    """Write an amount as screens do: `26.000 đ`."""
    return f"{whole(amount_vnd, language)} đ"


def dong_in_words(amount_vnd: int, language: Language = "vi") -> str:
    """Write an amount as forms do: `26.000 đồng (Hai mươi sáu nghìn đồng)`."""
    words = vietnamese(amount_vnd) if language == "vi" else english(amount_vnd)
    return f"{whole(amount_vnd, language)} đồng ({words[0].upper()}{words[1:]} đồng)"


def vietnamese(number: int) -> str:
    """Read a number aloud in Vietnamese.

    Raises
    ------
    ValueError
        Beyond 999 tỷ and what follows.
    """
    if number < 0:
        return f"âm {vietnamese(-number)}"
    if number == 0:
        return _DIGITS_VI[0]
    groups = _groups(number)
    words = [
        _hundreds_vi(group, is_first=place == len(groups) - 1) + _GROUPS_VI[place]
        for place, group in reversed(list(enumerate(groups)))
        if group
    ]
    return " ".join(words)


def english(number: int) -> str:
    """Read a number aloud in English, with the limit of `vietnamese`."""
    if number < 0:
        return f"minus {english(-number)}"
    if number == 0:
        return _SMALL_EN[0]
    return " ".join(
        _hundreds_en(group) + _GROUPS_EN[place]
        for place, group in reversed(list(enumerate(_groups(number))))
        if group
    )


def day(moment: date | datetime, language: Language = "vi") -> str:
    """Write a date: `21/11/2026` or `21 November 2026`."""
    on = _local_day(moment)
    if language == "vi":
        return f"{on.day:02d}/{on.month:02d}/{on.year}"
    return f"{on.day} {_MONTHS_EN[on.month - 1]} {on.year}"


def clock(at: date | datetime, language: Language = "vi") -> str:
    """Write the time of day: `14:05`."""
    local = _local(at)
    return f"{local.hour:02d}:{local.minute:02d}"


def moment(at: date | datetime, language: Language = "vi") -> str:
    """Write time and date for screens: `14:05, 21/11/2026`; a date alone stays a date."""
    if not isinstance(at, datetime):
        return day(at, language)
    return f"{clock(at)}, {day(at, language)}"


def moment_on_forms(at: date | datetime, language: Language = "vi") -> str:
    """Write time and date as forms do: `14 giờ 05 phút, ngày 21 tháng 11 năm 2026`."""
    if language == "en":
        return moment(at, language)
    on = _local_day(at)
    written = f"ngày {on.day:02d} tháng {on.month:02d} năm {on.year}"
    if not isinstance(at, datetime):
        return written
    local = _local(at)
    return f"{local.hour:02d} giờ {local.minute:02d} phút, {written}"


def weekday_and_day(at: date | datetime, language: Language = "vi") -> str:
    """Write weekday and date: `thứ Tư, ngày 25/11/2026`."""
    on = _local_day(at)
    if language == "vi":
        return f"{_WEEKDAYS_VI[on.weekday()]}, ngày {day(on)}"
    return f"{_WEEKDAYS_EN[on.weekday()]}, {day(on, 'en')}"


def working_days(count: int, language: Language = "vi") -> str:
    """Write a period: `3 ngày làm việc`."""
    if language == "vi":
        return f"{whole(count)} ngày làm việc"
    return f"{whole(count, 'en')} working day{'' if count == 1 else 's'}"


def grams(weight_g: int, language: Language = "vi") -> str:
    """Write a weight: `850 g`."""
    return f"{whole(weight_g, language)} g"


def kilometres(distance_m: int, language: Language = "vi") -> str:
    """Write a distance with one decimal: `2,4 km`; half a hundred metres rounds up."""
    return f"{_tenths((distance_m + 50) // 100, language)} km"


def square_kilometres(area_km2: float, language: Language = "vi") -> str:
    """Write an area with one decimal: `1.234,5 km²`."""
    return f"{_tenths(round(area_km2 * 10), language)} km²"


def _tenths(tenths: int, language: Language) -> str:
    mark = "," if language == "vi" else "."
    return f"{whole(tenths // 10, language)}{mark}{tenths % 10}"


def phone(number: str) -> str:
    """As people in the country say and dial it: 0912 345 678 for +84912345678."""
    bare = "".join(number.split())
    home = f"0{bare[3:]}" if bare.startswith("+84") else bare
    is_mobile = len(home) == 10 and home.isdecimal()
    return f"{home[:4]} {home[4:7]} {home[7:]}" if is_mobile else home


def item_number(number: str) -> str:
    """Write an S10 number in groups: `RR 1234 5678 5 VN`; anything else stays as it is."""
    bare = "".join(number.split()).upper()
    if len(bare) != 13:
        return number
    return f"{bare[:2]} {bare[2:6]} {bare[6:10]} {bare[10]} {bare[11:]}"


def _local(at: date | datetime) -> datetime:
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, tzinfo=VIETNAM)
    if at.tzinfo is None:
        raise ValueError("a moment without its zone cannot be shown")
    return at.astimezone(VIETNAM)


def _local_day(at: date | datetime) -> date:
    return _local(at).date() if isinstance(at, datetime) else at


def _groups(number: int) -> list[int]:
    """Split into groups of three digits, the lowest first."""
    if number > LARGEST_IN_WORDS:
        raise ValueError(f"{number} is too large to be written in words")
    groups: list[int] = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    return groups


def _hundreds_vi(group: int, *, is_first: bool) -> str:
    """Read three digits; a group that is not the first says its empty hundreds."""
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words: list[str] = []
    if hundreds or not is_first:
        words.append(f"{_DIGITS_VI[hundreds]} trăm")
    if tens > 1:
        words.append(f"{_DIGITS_VI[tens]} mươi")
    elif tens == 1:
        words.append("mười")
    elif ones and words:
        words.append("linh")
    if ones:
        words.append(_ones_vi(tens, ones))
    return " ".join(words)


def _ones_vi(tens: int, ones: int) -> str:
    if ones == 5 and tens >= 1:
        return "lăm"
    if tens >= 2 and ones == 1:
        return "mốt"
    if tens >= 2 and ones == 4:
        return "tư"
    return _DIGITS_VI[ones]


def _hundreds_en(group: int) -> str:
    hundreds, rest = divmod(group, 100)
    words = [f"{_SMALL_EN[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(_TENS_EN[tens - 2] + (f"-{_SMALL_EN[ones]}" if ones else ""))
    elif rest:
        words.append(_SMALL_EN[rest])
    return " ".join(words)
