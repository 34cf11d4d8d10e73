"""What the resolver answers and asks, and what it says of texts that are no addresses."""

import socket
import time
from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from config.register import load_register
from geo.address_answer import Asked, Era, Reason, Status
from geo.resolver import Resolver
from tests.geo.answer_codes import new_codes, old_codes

BEFORE, TODAY = date(2025, 6, 30), date(2026, 11, 22)
MOST_S = 0.02


@pytest.mark.parametrize(
    "text", ["Hòa Bình, xã Tân Hưng", "Thái Bình, xã Tân Hưng, gần chợ", "Cà Mau – xã Tân Hưng"]
)
def test_a_first_part_that_may_be_a_hamlet_decides_nothing(resolver: Resolver, text: str) -> None:
    assert resolver.resolve(text).status == Status.CANDIDATES


@pytest.mark.parametrize(
    "text", ["TT Chũ, Lục Ngạn, Bắc Giang", "thị trấn Chũ, huyện Lục Ngạn, tỉnh Bắc Giang (cũ)"]
)
def test_a_commune_that_changed_its_district_before_the_reform_is_among_the_candidates(
    resolver: Resolver, text: str
) -> None:
    answer = resolver.resolve(text)
    assert (answer.status, answer.reason) == (Status.CANDIDATES, Reason.PARTS_DISAGREE)
    assert "07525" in new_codes(answer)


@pytest.mark.parametrize("text", ["xã Tân Tiến, HG", "xã Tân Tiến, tỉnh HG"])
def test_first_letters_that_several_provinces_bear_are_asked_about(
    resolver: Resolver, text: str
) -> None:
    answer = resolver.resolve(text)
    assert answer.status == Status.CANDIDATES
    assert {c.old.province.name for c in answer.candidates if c.old} == {"Hà Giang", "Hậu Giang"}


def test_first_letters_of_something_else_decide_nothing(resolver: Resolver) -> None:
    answer = resolver.resolve("Tầng 2, VP, phường Bến Nghé, quận 1, TP.HCM")
    assert (answer.status, answer.street) == (Status.RESOLVED, "Tầng 2, VP")


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (
            "Thường trú: xã Hồng Giang, Đông Hưng, Thái Bình. Tạm trú: phường Tân Phong, quận 7",
            {"12763", "27475"},
        ),
        ("xã Lợi Bác, tỉnh Lạng Sơn và xã Cai Kinh, tỉnh Lạng Sơn", {"06601", "06427"}),
    ],
)
def test_of_two_addresses_in_a_text_neither_is_preferred(
    resolver: Resolver, text: str, new: set[str]
) -> None:
    answer = resolver.resolve(text)
    assert (answer.status, new_codes(answer)) == (Status.CANDIDATES, new)
    assert answer.question is not None


@pytest.mark.parametrize(
    "text",
    [
        "Xã Phú Cần, huyện Tiểu Cần, Trà Vinh (xã Tiểu Cần, tỉnh Vĩnh Long)",
        "xã Hồng Giang, huyện Đông Hưng, Thái Bình - xã Nam Tiên Hưng, tỉnh Hưng Yên",
    ],
)
def test_a_place_said_in_both_forms_is_one_place(resolver: Resolver, text: str) -> None:
    assert len(new_codes(resolver.resolve(text))) == 1


def test_a_commune_that_is_named_is_not_left_for_one_of_the_name_of_its_province(
    resolver: Resolver,
) -> None:
    """There was no Phường 9 in Tân An, and Phường Long An is not it."""
    answer = resolver.resolve("12 Hùng Vương, phường số 9, TP Tân An, Long An")
    assert answer.status != Status.RESOLVED


def test_a_word_of_a_province_that_stands_alone_is_no_commune(resolver: Resolver) -> None:
    """ "Lâm" of ", Lâm Đồng" is no town of Nam Định."""
    assert resolver.resolve("1 Bảo Lộc, Lâm Đồng").status == Status.NONE


NOISE = "lkjqwe zzz 1231 , . / ;  qwrt " * 170
BAD: list[tuple[str, Reason]] = [
    ("", Reason.EMPTY),
    (" \t\n ", Reason.EMPTY),
    (NOISE, Reason.TOO_LONG),
    (("a," * 250), Reason.TOO_LONG),
    ("phường " * 80, Reason.NO_UNIT_NAMED),
    ("Tân Phú Đông Hòa Bình Minh Châu Thành Long Mỹ " * 8, Reason.TOO_LONG),
    ("😀🏠🇻🇳", Reason.NO_LETTERS),
    ("12/34-56", Reason.NO_LETTERS),
    ("nhà em gần chợ, anh tới gọi em ra đón", Reason.NO_UNIT_NAMED),
    ("'; DROP TABLE users; --", Reason.NO_UNIT_NAMED),
    ("' OR 1=1 /*", Reason.NO_UNIT_NAMED),
    ("\x00\x01\x1b[31m\x7f", Reason.NO_UNIT_NAMED),
    ("221B Baker Street, London", Reason.FOREIGN),
    ("1600 Pennsylvania Avenue NW, Washington DC, USA", Reason.FOREIGN),
    ("12 Nguyễn Trãi, Hà Nội", Reason.COMMUNE_MISSING),
    ("tỉnh Đồng Tháp", Reason.COMMUNE_MISSING),
    ("\ud800 \u202e \u0300\u0301", Reason.NO_LETTERS),
]


@pytest.mark.parametrize(("text", "reason"), BAD, ids=[reason.value for _, reason in BAD])
def test_what_is_no_address_gets_a_reason_at_once(
    resolver: Resolver, text: str, reason: Reason
) -> None:
    resolver.resolve("tỉnh Đồng Tháp")
    started = time.thread_time()
    answer = resolver.resolve(text)
    assert time.thread_time() - started < MOST_S
    assert (answer.status, answer.reason) == (Status.NONE, reason)


# Words of units without end: each has dozens of namesakes, or is a slip away from hundreds.
SALADS = (
    "xã Bihnmnih gò vấp tân " * 12,
    "xã Bihnmnih phường Thuanthah " * 12,
    "Kim Sơn; Hiệp Hòa; Long Hòa; 7; Tân Long; An Bình; Bình An; " * 3,
    "phường Tân Phong, quận 7, TP.HCM / xã Quảng Định, Quảng Xương, Thanh Hóa - " * 3,
)


@pytest.mark.parametrize("salad", SALADS, ids=["slip", "slips", "namesakes", "addresses"])
def test_a_salad_of_unit_words_takes_no_longer(resolver: Resolver, salad: str) -> None:
    used_s = []
    for _ in range(3):
        started = time.thread_time()
        resolver.resolve(salad)
        used_s.append(time.thread_time() - started)
    assert min(used_s) < MOST_S


def test_of_a_district_alone_its_few_communes_are_asked_about(resolver: Resolver) -> None:
    answer = resolver.resolve("TP Ngã Bảy, Hậu Giang")
    assert answer.status == Status.CANDIDATES
    assert old_codes(answer) == {"31340", "31341", "31343", "31344", "31411", "31414"}
    assert new_codes(answer) == {"31340", "31411"}


def test_the_street_part_comes_back_as_it_was_written(resolver: Resolver) -> None:
    street = "Số 12/3/4A  ngách 5, NGÕ Chùa-Láng (sau chợ), ĐT 0912 345 678"
    answer = resolver.resolve(f"{street}, phường Bến Thành, quận 1, TP.HCM")
    assert answer.status == Status.RESOLVED
    assert answer.street == street


def test_a_street_part_of_several_lines_comes_back_as_one(resolver: Resolver) -> None:
    answer = resolver.resolve("Số 5\nThôn 3\nxã Long Trị\nTX Long Mỹ")
    assert (answer.status, answer.street) == (Status.RESOLVED, "Số 5 Thôn 3")


@pytest.mark.parametrize(
    ("text", "era"),
    [
        ("Phường Bến Nghé, Quận 1, TP.HCM", Era.OLD),
        ("Phường Sài Gòn, TP.HCM", Era.NEW),
        ("Phường Sài Gòn (phường Bến Nghé cũ), TP.HCM", Era.MIXED),
        ("Xã Long Trị, thị xã Long Mỹ, thành phố Cần Thơ", Era.MIXED),
        ("phường Trung Thành, Thái Nguyên", Era.UNKNOWN),
    ],
)
def test_the_form_of_the_text_is_recognised(resolver: Resolver, text: str, era: Era) -> None:
    assert resolver.resolve(text).era == era


def test_a_split_commune_is_asked_about_unless_all_its_people_went_one_way(
    resolver: Resolver,
) -> None:
    asked = resolver.resolve("phường Phạm Đình Hổ, quận Hai Bà Trưng, Hà Nội")
    assert (asked.status, asked.reason) == (Status.CANDIDATES, Reason.WAS_SPLIT)
    assert new_codes(asked) == {"00256", "00082"}
    assert asked.question is not None
    assert asked.question.asked == Asked.WHICH_PART
    known = resolver.resolve("xã Duyên Hà, huyện Thanh Trì, Hà Nội")
    assert (known.status, new_codes(known)) == (Status.RESOLVED, {"00685"})


def test_a_split_commune_is_decided_by_the_new_name_beside_it(resolver: Resolver) -> None:
    answer = resolver.resolve(
        "phường Phạm Đình Hổ, quận Hai Bà Trưng, Hà Nội (nay là phường Cửa Nam)"
    )
    assert (answer.status, new_codes(answer), old_codes(answer)) == (
        Status.RESOLVED,
        {"00082"},
        {"00247"},
    )


def test_namesakes_in_one_province_are_told_apart_by_their_district(resolver: Resolver) -> None:
    """Old Trung Thành of Thái Nguyên city went to Tích Lương; another one kept the name."""
    answer = resolver.resolve("phường Trung Thành, tỉnh Thái Nguyên")
    assert new_codes(answer) == {"05500", "05899"}
    assert answer.question is not None
    assert answer.question.asked == Asked.OLD_DISTRICT


def test_no_socket_is_opened(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    answer = resolver.resolve("Phường 11, Quận Bình Thạnh, TP.HCM, đường Lê Quang Định")
    assert answer.new is not None


def test_a_two_level_text_means_every_place_of_that_name_and_no_other_single_one(
    resolver: Resolver,
) -> None:
    """The register alone says which communes bear a name in a province, today or before."""
    register = load_register()
    meant: dict[tuple[str, str], set[str]] = defaultdict(set)
    for unit in register.communes(TODAY):
        meant[unit.full_name.lower(), unit.parent_code or ""].add(unit.code)
    for unit in register.communes(BEFORE):
        found = register.successors(unit.code)
        for one in [s for s in found if s.takes_people] or found:
            province = register.province_of(one.new_code, TODAY).code
            meant[unit.full_name.lower(), province].add(one.new_code)
    for (name, province), codes in sorted(meant.items())[::9]:
        text = f"{name}, {register.unit(province, TODAY).full_name}"
        answer = resolver.resolve(text)
        if len(codes) > 1:
            assert answer.status == Status.CANDIDATES, text
        if len(codes) <= 10:
            assert codes <= new_codes(answer), text


def test_a_bare_name_that_was_a_district_too_is_asked_about(resolver: Resolver) -> None:
    """Thuận An was a town of several wards, and is one ward now."""
    answer = resolver.resolve("lô 5 KCN VSIP, Thuận An, Bình Dương")
    assert (answer.status, answer.era) == (Status.CANDIDATES, Era.UNKNOWN)
    assert {"25978", "25966"} <= new_codes(answer)
    assert resolver.resolve("phường Thuận An, TP.HCM").status == Status.RESOLVED
    assert resolver.resolve("Phú Quý, Lâm Đồng").status == Status.RESOLVED  # one special zone


@pytest.mark.parametrize("text", ["Phú Mỹ Hưng, quận 7, TP.HCM", "TT. Thuận An, Phú Vang, TT Huế"])
def test_a_name_that_does_not_fit_is_not_cut_to_one_that_does(
    resolver: Resolver, text: str
) -> None:
    assert resolver.resolve(text).status == Status.CANDIDATES
