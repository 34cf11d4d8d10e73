"""A card terminal's day on the supervisor's page and as a command: each difference by its item."""

import json
from pathlib import Path
from uuid import UUID

from click.testing import CliRunner

from postal_bridge.insight.terminal_day import terminal_day
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.money.service import reverse_entry
from routes.commands.entry import bridge
from routes.idempotency import mint_key
from tests.builders.doors import post_office
from tests.builders.money import clerk, make_quote, pay_at_counter, supervisor, with_drawer
from tests.routes.conftest import Service

PAGE = "/dieu-hanh/doi-soat/may-the"


def two_paid_and_voided(service: Service) -> UUID:
    """26,000 đ twice by card, given back by the slips 000417A and 000418; returns the office."""
    units = service.container.units
    unit_id = post_office(units, "trang-bom").clerk.unit_id
    assert unit_id is not None
    who = clerk(unit_id)
    with_drawer(units, who)
    for slip in ("000 417a", "000418"):
        paid = pay_at_counter(units, who, make_quote(units, who), method="card")
        assert paid.entry_id is not None
        with units.write() as uow:
            reverse_entry(
                uow,
                paid.entry_id,
                "Nhầm",
                actor=who,
                second=supervisor(unit_id),
                terminal_slip=slip,
            )
            uow.commit()
    return unit_id


def test_a_terminals_day_is_compared_item_by_item(service: Service, tmp_path: Path) -> None:
    """The terminal voided only the first, and for less."""
    unit_id, units = two_paid_and_voided(service), service.container.units
    with units.read() as uow:
        day = local(uow.now).date()
    at = f"{day.isoformat()}T09:00:00"
    lines = [
        "number,kind,at,amount", f"A001,sale,{at},26.000", f"A002,sale,{at},26000",
        f"000417a,void,{at},20000", f"000500,void,{at},26000", f"A003,sale,{at},26000",
        f"A001,sale,{at},26000", f"A009,refund,{at},1", f"A010,sale,{at},-1", f"?,sale,{at},1",
        "A011,sale,soon,1", "A012,sale,2020-01-01T09:00:00,26000",
    ]  # fmt: skip
    content = "\n".join(lines).encode()
    seen = terminal_day(unit_id, day, content, actor=Actor.operator(), units=units)
    assert (len(seen.rows), seen.taken_vnd, seen.voided_vnd) == (4, 52_000, 52_000)
    assert [one.differing.kind.value for one in seen.differences] == [
        "twice", *["unreadable"] * 4, "other_day", "void_amount", "void_only_ours",
        "void_only_terminal", "sale_only_terminal",
    ]  # fmt: skip
    ours = seen.differences[7].ours
    assert ours is not None
    assert (ours.row.number, ours.row.amount_vnd) == ("000418", 26_000)
    sent = {"don-vi": str(unit_id), "ngay": day.isoformat(), "_key": mint_key()}
    boss = service.page_client(Role.OPERATOR)
    assert "000417A" in boss.get(PAGE, query_string=sent).get_data(as_text=True)
    answer = boss.post(PAGE, data=sent | {"lines": "\n".join(lines)}).get_data(as_text=True)
    for said in ("chưa được trả", "Lần hủy khác số tiền", "dòng 7", "số tiền không phải"):
        assert said in answer, said
    other = boss.post(PAGE, data=sent | {"lines": "number;kind"})
    assert other.status_code == 422
    assert "các cột number, kind, at, amount" in other.get_data(as_text=True)
    assert boss.post(PAGE, data=sent | {"don-vi": str(new_id())}).status_code == 404
    assert service.page_client(Role.CLERK).get(PAGE).status_code == 403
    good = [*lines[:3], f"000417A,void,{at},26000", f"000418,void,{at},26000"]
    agreed = boss.post(PAGE, data=sent | {"lines": "\n".join(good)}).get_data(as_text=True)
    assert "Khớp: 4 dòng" in agreed
    listed = tmp_path / "terminal.csv"
    words = ["pay", "terminal", str(listed), "--unit", "trang-bom", "--day", day.isoformat()]
    for rows, status in ((good, 0), (good[:4], 1)):
        listed.write_text("\n".join(rows))
        env = {"POSTAL_BRIDGE_HOME": str(service.container.settings.home)}
        done = CliRunner().invoke(bridge, [*words, "--json"], env=env)
        assert done.exit_code == status, done.output
    (said,) = json.loads(done.stdout)["differences"]
    assert (said["kind"], said["number"]) == ("void_only_ours", "000418")
