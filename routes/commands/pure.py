"""Commands that only compute: fares, due dates, item numbers, VietQR.

They load no web application and no database. `--json` prints one document; errors are
`{"error": {"code", "detail"}}` with exit status 2, a check that fails has exit status 1.
"""

from datetime import date, datetime
from typing import Any

import click

from postal_bridge.custody.item_number import ItemNumberWrong, parse_item_number
from postal_bridge.directory.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    VIETNAM,
    PeriodOutOfRange,
    WorkingCalendar,
)
from postal_bridge.kernel import wording
from postal_bridge.money import vietqr
from routes.commands.fares import fare_document, fare_rows
from routes.commands.home_files import home_calendar
from routes.commands.progress import rows_of, with_bar
from routes.commands.speech import InputWrong, Reply, SpokenCommand, language_option, texts


@click.group("fare")
def fare() -> None:
    """Cước nhận gửi hồ sơ, chuyển trả kết quả. Fares."""


@fare.command("quote", cls=SpokenCommand)
@click.option("--leg", type=click.Choice(["dossier", "result", "both"]))
@click.option("--column", type=click.Choice(list("ABCDE"), case_sensitive=False))
@click.option("--from", "origin", metavar="CODE", help="commune; needs --to")
@click.option("--to", "target", metavar="CODE", help="commune; needs --from")
@click.option("--grams", metavar="N", help="whole grams of the sealed item")
@click.option("--result-grams", metavar="N", help="weight of the result where --leg is both")
@click.option("--relief", metavar="CODE")
@click.option("--channel", type=click.Choice(["direct", "online", "post"]))
@click.option("--remit/--no-remit", default=False, help="agency money is remitted")
@click.option(
    "--visit",
    type=click.Choice(["household", "hamlet"]),
    help="the result comes along on a visit already charged",
)
@click.option("--visit-grams", metavar="N", help="what that visit carries already")
@click.option("--on", metavar="DATE", help="default: today")
@click.option("--file", "source", type=click.File("rb"), metavar="CSV")
@language_option
def fare_quote(source: Any, language: str, **given: Any) -> Reply:
    """Tính cước và giải thích cách tính. Quote a fare and explain it."""
    if source is not None:
        total = rows_of(source)
        return Reply(rows=with_bar(fare_rows(source, language), "fare quote", total))
    document = fare_document(given)
    return Reply(document, document["explanation"][language])


@click.group("calendar")
def calendar() -> None:
    """Ngày làm việc. Working days."""


@calendar.command("due", cls=SpokenCommand)
@click.option("--from", "start", required=True, metavar="ISO", help="date or moment")
@click.option("--working-days", type=int)
@click.option("--hours", type=int, help="working hours; 8 are one working day")
@click.option("--calendar", "calendar_id", default="agency", metavar="[agency|post]")
@language_option
def calendar_due(
    start: str, working_days: int | None, hours: int | None, calendar_id: str, language: str
) -> Reply:
    """Tính ngày đến hạn. Say when a period ends.

    A date alone gives a date, which ends with its last working hour; a moment keeps its time.
    What this home published for everybody counts; what it published for one unit does not.
    """
    if working_days is None and hours is None:
        raise InputWrong(problem="--working-days, --hours")
    days = home_calendar(calendar_id)
    if len(start) == 10 and hours is None:
        due_on = days.add_working_days(_day(start), working_days or 0)
        due_at = _end_of(due_on, days)
        shown = wording.weekday_and_day(due_on, _language(language))
        return Reply({"due": due_on.isoformat(), "due_at": due_at.isoformat()}, shown)
    moment = _moment(start)
    if working_days is not None:
        moment = days.due_after_working_days(moment, working_days)
    if hours is not None:
        moment = days.due_after_hours(moment, hours)
    local = moment.astimezone(VIETNAM)
    shown = wording.moment(local, _language(language))
    return Reply({"due": local.isoformat(), "due_at": local.isoformat()}, shown)


@click.group("item")
def item() -> None:
    """Mã vận đơn. Item numbers."""


@item.command("check", cls=SpokenCommand)
@click.argument("number")
@language_option
def item_check(number: str, language: str) -> Reply:
    """Kiểm tra mã vận đơn S10. Check an S10 item number; exit 1 when it is not valid."""
    try:
        parsed = parse_item_number(number, country=None)
    except ItemNumberWrong as wrong:
        detail = texts().render(wrong.code, wrong.params, _language(language))
        document = {"valid": False, "fault": wrong.params["fault"], "detail": detail}
        return Reply(document, detail, exit_code=1)
    shown = wording.item_number(str(parsed))
    document = {
        "valid": True,
        "number": str(parsed),
        "printed": shown,
        "service": parsed.service,
        "kind": parsed.kind,
        "serial": f"{parsed.serial:08d}",
        "check_digit": parsed.check_digit,
        "country": parsed.country,
    }
    return Reply(document, shown)


@click.group("pay")
def pay() -> None:
    """Thanh toán. Payments."""


@pay.command("vietqr", cls=SpokenCommand)
@click.option("--bin", "bank_bin", required=True, metavar="BIN")
@click.option("--account", required=True)
@click.option("--amount", "amount_vnd", type=int)
@click.option("--note", default="", metavar="TEXT")
@language_option
def pay_vietqr(
    bank_bin: str, account: str, amount_vnd: int | None, note: str, language: str
) -> Reply:
    """Tạo mã VietQR. Make a VietQR code; showing it marks nothing paid."""
    payload = vietqr.payload(vietqr.Transfer(bank_bin, account, amount_vnd, note))
    return Reply({"payload": payload, "svg": vietqr.svg(payload)}, payload)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputWrong(problem=text[:40]) from None


def _moment(text: str) -> datetime:
    """Read a moment; one without a zone is Vietnam's, a date alone is its first working hour."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputWrong(problem=text[:40]) from None
    # Years at the ends of datetime's range cannot be moved to another zone.
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise PeriodOutOfRange(value=moment.year)
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _end_of(day: date, days: WorkingCalendar) -> datetime:
    _, last = days.hours[-1]
    return datetime.combine(day, last, VIETNAM)


def _language(language: str) -> wording.Language:
    return "en" if language == "en" else "vi"


COMMANDS: tuple[click.Command, ...] = (fare, calendar, item, pay)
"""What `bin/bridge` collects; other files may add commands to these groups."""
