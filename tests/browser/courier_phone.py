"""A courier's phone in a browser: his run, his signature, what he fills in at a door."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser, Page, expect

from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_view
from postal_bridge.delivery.types import Position
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.people.device_looking import DeviceRecord
from postal_bridge.people.service import (
    RegisterDevice,
    device_record,
    register_device,
    verify_devices,
)
from postal_bridge.runs.service import draft, load, publish, start
from postal_bridge.runs.types import DraftRun, LoadRun, PublishRun, Scan
from tests.browser.conftest import Served, sign_in
from tests.builders.doors import PostOffice, Waiting, post_office, waiting

COURIER = "phat.binh-thanh"
DOOR = Position(9.78, 105.62, 300)
LABEL = "Điện thoại bưu tá 2"


@dataclass(frozen=True)
class Run:
    """A run of two doors; `office` is where it starts."""

    office: PostOffice
    id: UUID
    stops: tuple[Waiting, ...]


def a_run(served: Served, first: int, *, on_road: bool = True) -> Run:
    units = served.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        stops = (
            waiting(uow, office, first, note="Nhà cổng xanh, gọi trước khi đến", take_back=1,
                    member="Danh Sóc Kha", is_paid_at_door=True, position=DOOR),
            waiting(uow, office, first + 1, owner="Neáng Sa Rươn", phone="0987654321"),
        )  # fmt: skip
        chosen = tuple(one.delivery.id for one in stops)
        day = local(uow.now).date()
        asked = DraftRun(office.at.link.point_id, UUID(office.courier.id), day, chosen)
        run = draft(uow, asked, actor=office.clerk)
        publish(uow, PublishRun(run.id), actor=office.clerk)
        if on_road:
            scans = tuple(Scan(one.number) for one in stops)
            load(uow, LoadRun(run.id, scans), actor=office.courier)
            start(uow, run.id, actor=office.courier)
        uow.commit()
    return Run(office, run.id, stops)


def status(served: Served, run: Run, stop: int) -> DeliveryStatus:
    with served.container.units.read() as uow:
        return delivery_view(uow, run.stops[stop].delivery.id, run.office.clerk.scope).status


def sign(page: Page) -> None:
    """A stroke with a finger in the first box."""
    box = page.locator("canvas:visible").first
    box.scroll_into_view_if_needed()
    at = box.bounding_box()
    assert at is not None
    page.mouse.move(at["x"] + 30, at["y"] + 30)
    page.mouse.down()
    page.mouse.move(at["x"] + 140, at["y"] + 70, steps=4)
    page.mouse.up()


@contextmanager
def phone_of(browser: Browser, served: Served) -> Iterator[Page]:
    """The courier is signed in and the phone has laid by what it needs without signal.

    The page is not watched: without signal a console may complain.
    """
    context = browser.new_context(base_url=served.url, viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, served, COURIER)
    page.goto("/buu-ta")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    yield page
    context.close()


def registered(served: Served, run: Run) -> str:
    unit_id = run.office.clerk.unit_id
    assert isinstance(unit_id, UUID)
    asked = RegisterDevice(unit_id, "phone", LABEL)
    return register_device(asked, actor=Actor.operator(), units=served.container.units).id


def record_of(served: Served, device_id: str) -> DeviceRecord:
    return device_record(device_id, actor=Actor.operator(), units=served.container.units)


def enrol(page: Page, device_id: str) -> None:
    """This browser's key signs for the device."""
    page.goto("/buu-ta/may")
    page.check(f"[value='{device_id}']")
    page.click("#enrol button")
    expect(page.locator("#phone-state")).to_have_text(
        f"Điện thoại này ký với tên “{LABEL}”. Đã ghi 1 dòng."
    )


def fill_hand_over(page: Page, run: Run, stop: int) -> None:
    """Everything that the first of two doors asks for; not sent yet."""
    page.goto(f"/buu-ta/diem/{run.stops[stop].delivery.id}/phat")
    page.fill("#f-seen_number", run.stops[stop].number)
    page.check("[name=who] >> nth=0")
    page.select_option("#f-id_kind", "personal_id")
    page.fill("#f-id_last4", "1234")
    page.select_option("#f-no_fix_reason", "indoors")
    page.check("[name=paid_vnd]")
    page.check("[name=papers_taken_back]")
    sign(page)


def fill_failure(page: Page, run: Run, stop: int) -> None:
    """Nobody at home, and no signal to say where; not sent yet."""
    page.goto(f"/buu-ta/diem/{run.stops[stop].delivery.id}/khong-phat")
    page.select_option("#f-reason", "absent")
    page.select_option("#f-next_step", "hold_notify")
    page.select_option("#f-no_fix_reason", "no_signal")


def fail_at(page: Page, run: Run, stop: int) -> None:
    fill_failure(page, run, stop)
    page.click("form[data-act] button.primary")


def findings(served: Served) -> list[Any]:
    with served.container.units.read() as uow:
        return list(verify_devices(uow))
