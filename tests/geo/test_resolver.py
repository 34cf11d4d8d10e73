"""The resolver against addresses by another hand, and against texts that are no addresses."""

import csv
import socket
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config.register import load_register
from geo.address_answer import Answer, Asked, Era, Reason, Status
from geo.resolver import Resolver, shared_resolver

FOLDER = Path(__file__).parent / "addresses"
FILES = ("handwritten", "fresh", "third")
BEFORE, TODAY = date(2025, 6, 30), date(2026, 11, 22)
NEW_AIM, OLD_AIM = 0.97, 0.95
MOST_S = 0.02


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return shared_resolver()


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _codes(cell: str) -> set[str]:
    return set(cell.split("|")) - {""}


def _new(answer: Answer) -> set[str]:
    ones = {answer.new.code} if answer.new else set()
    return ones | {c.new.code for c in answer.candidates if c.new}


def _old(answer: Answer) -> set[str]:
    ones = {answer.old.code} if answer.old else set()
    return ones | {c.old.code for c in answer.candidates if c.old}


def _is_right(row: dict[str, str], answer: Answer, column: str, got: set[str]) -> bool:
    """One place where there is one; all that there are where there are several; else none."""
    if str(answer.status) != row["status"]:
        return False
    wanted = _codes(row[column])
    return got == wanted if row["status"] == "resolved" else wanted <= got


@pytest.mark.parametrize("name", FILES)
def test_addresses_by_another_hand_are_resolved_as_often_as_aimed(
    resolver: Resolver, name: str
) -> None:
    rows = [(row, resolver.resolve(row["input"])) for row in _rows(name)]
    new_wrong = [r["input"] for r, a in rows if not _is_right(r, a, "new_code", _new(a))]
    dated = [(r, a) for r, a in rows if r["old_code"]]
    old_wrong = [r["input"] for r, a in dated if not _is_right(r, a, "old_code", _old(a))]
    assert len(rows) >= 300
    assert len(new_wrong) <= (1 - NEW_AIM) * len(rows), new_wrong
    assert len(old_wrong) <= (1 - OLD_AIM) * len(dated), old_wrong


@pytest.mark.parametrize("name", FILES)
def test_no_single_answer_is_wrong_or_given_where_there_are_several(
    resolver: Resolver, name: str
) -> None:
    single = [
        (row, answer)
        for row in _rows(name)
        if (answer := resolver.resolve(row["input"])).status == Status.RESOLVED
    ]
    assert not [r["input"] for r, a in single if _new(a) != _codes(r["new_code"])]
    assert not [r["input"] for r, _ in single if r["status"] != "resolved"]


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        # A dash by itself separates like a comma; the district bears a commune's name too.
        ("Số 12 đường Hùng Vương - Nghĩa Sơn - Tư Nghĩa - Quảng Ngãi", "21259", "21244"),
        ("31A Quang Trung – Mường Lạn – Sốp Cộp – Sơn La", "04246", "04246"),
        ("khu tái định cư - Nhơn Ninh - Tân Thạnh - Long An", "27859", "27856"),
        # The era between type and name.
        ("xã cũ Vân Hòa, xã mới Yên Bài, tỉnh Hà Nội", "09706", "09706"),
        ("xã cũ: Tây Xuân, xã mới: Tây Sơn, tỉnh Gia Lai", "21844", "21808"),
        # Telex behind i and y, and marks that only the typing says.
        ("phuwowngf Xuaan Yeen, thij xax Soong Caauf, Phus Yeen", "22073", "22051"),
        ("xax Phuf DDoongr, Haf Nooij", "00544", "00541"),
        ("thi5 tra6n1 Chi La8ng, huye6n5 Chi La8ng, Lang5 So7n", "06466", "06463"),
        # A type glued to a name in small letters.
        ("p27 qbinh thanh sg", "26911", "26911"),
        # "dương huyện" is no road of a district.
        ("xã đông dương huyện đông hưng thái bình", "12811", "12817"),
        # What introduces a number ends the address before it.
        ("xã Yang Bắc, huyện Đăk Pơ, Gia Lai. sdt 0912.345.678 gặp chị Lan", "23998", "23995"),
        # An island's commune.
        ("đảo Thạnh An, Cần Giờ", "27676", "27676"),
        ("cù lao Tân Phong, Cai Lậy, TG", "28510", "28501"),
        ("xa hung dao tu ky hai duong", "11086", "11086"),
        # A part of a longer name that stands alone.
        ("thôn 5 Trà Linh, Nam Trà My, Quảng Nam", "20950", "20950"),
        # A town by its type, and not the province of its name.
        ("xóm Đúng, xã Thống Nhất, TP. Hoà Bình", "04828", "04828"),
        # A district written as its own town is; `y` for `i` within a word.
        ("La Pán Tẩn, Mù Cang Chải, Yên Bái", "04483", "04492"),
        ("thôn 8, Ea Tyh, Ea Kar, Daklak", "24388", "24376"),
        # After the merger: the new one of that name, and not the old one that was split.
        ("xã Lạc Đạo (sau sáp nhập), tỉnh Hưng Yên", "", "11992"),
        # First letters of a town that bears its province's name.
        ("An Thượng, TP HD", "10663", "10507"),
        # A bare province first, then a commune, then the street.
        ("Đắk Lắk – xã Hòa Mỹ – Số nhà 03, đường liên xã", "", "22285"),
        # The name that is called old, without its type, beside today's.
        ("Khu 4 Minh Côi cũ, xã Văn Lang, tỉnh Phú Thọ", "08140", "08134"),
        # "Quản cũ" ends a name and is no "quận cũ"; "nay" may stand right before the type.
        ("xã Thới Quản cũ thuộc huyện Gò Quao cũ, nay xã Định Hòa, An Giang", "30961", "30958"),
        ("Đ/c cũ: xã Đức Mạnh, Đắk Mil, Đắk Nông. Đ/c mới: xã Đức Lập, Lâm Đồng", "24676", "24664"),
        # Numbers in words, and "số" before them.
        ("phường mười bốn, quận Gò Vấp, TP. Hồ Chí Minh", "26882", "26882"),
        ("108 Hùng Vương, phường số 4, TP Tân An, Long An", "27691", "27694"),
        # First letters of a district, and first letters with the last word.
        ("P.08, Q.PN, TP.HCM", "27064", "27073"),
        ("p.08 q.pn hcm", "27064", "27073"),
        ("A. Bình Hoà, X. Bình Thành, H. L.Vò, T. Đ.Tháp", "30193", "30169"),
        ("thon ngai phong cho xa cao son mkhuong lao cai", "02782", "02782"),
        # A "T." that stands for the hamlet, a "quan" that is no type.
        ("T. Định Phước, X.Tam Nghĩa, H.Núi Thành, Q.Nam", "21001", "20965"),
        ("Trường Sĩ quan Đặc công, xã Thủy Xuân Tiên, Chương Mỹ, Hà Nội", "10045", "10045"),
        # A name that ends with a number.
        ("thôn 9 Bảo Lâm 3 Lâm Đồng", "", "25093"),
        # A nought for an o, as scans have it.
        ("thôn Kim Châu 1 , xã Liên H0a , huyện Đông Hưng", "12763", "12763"),
        # A commune right before the district it lies in, which is a town's name too.
        ("xóm 10 Giao Hà - Giao Thủy", "14176", "14203"),
        ("thon 3 Tra Dong, Bac Tra My, Quang Nam", "20908", "20908"),
        # A landmark before an island, the hills of the Central Highlands.
        ("Âu cảng đảo Cồn Cỏ, Quảng Trị", "", "19742"),
        ("Ngoc Yeu, Tu Mo Rong, Kontum", "23413", "23446"),
        # "Thị xã Vinh" is the beginning of "Thị xã Vĩnh Châu"; "xã Lơ" is no "xa lộ".
        ("Xã Vĩnh Tân, Thị xã Vĩnh Châu", "31807", "31804"),
        ("Xã Lơ Pang", "23809", "23812"),
    ],
)
def test_ways_of_writing_that_were_once_misread(
    resolver: Resolver, text: str, old: str, new: str
) -> None:
    answer = resolver.resolve(text)
    assert (_new(answer), answer.status) == ({new}, Status.RESOLVED)
    assert not old or _old(answer) == {old}


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
    assert "07525" in _new(answer)


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
    assert (answer.status, _new(answer)) == (Status.CANDIDATES, new)
    assert answer.question is not None


@pytest.mark.parametrize(
    "text",
    [
        "Xã Phú Cần, huyện Tiểu Cần, Trà Vinh (xã Tiểu Cần, tỉnh Vĩnh Long)",
        "xã Hồng Giang, huyện Đông Hưng, Thái Bình - xã Nam Tiên Hưng, tỉnh Hưng Yên",
    ],
)
def test_a_place_said_in_both_forms_is_one_place(resolver: Resolver, text: str) -> None:
    assert len(_new(resolver.resolve(text))) == 1


def test_a_commune_that_is_named_is_not_left_for_one_of_the_name_of_its_province(
    resolver: Resolver,
) -> None:
    """There was no Phường 9 in Tân An, and Phường Long An is not it."""
    answer = resolver.resolve("12 Hùng Vương, phường số 9, TP Tân An, Long An")
    assert answer.status != Status.RESOLVED


def test_a_word_of_a_province_that_stands_alone_is_no_commune(resolver: Resolver) -> None:
    """ "Lâm" of ", Lâm Đồng" is no town of Nam Định."""
    assert resolver.resolve("1 Bảo Lộc, Lâm Đồng").status == Status.NONE


def test_every_answer_of_several_asks_one_question(resolver: Resolver) -> None:
    for row in _rows("handwritten"):
        answer = resolver.resolve(row["input"])
        assert (answer.status == Status.CANDIDATES) == (answer.question is not None)
        assert len(answer.candidates) <= 10
        if answer.status != Status.RESOLVED:
            assert answer.reason


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


def test_the_street_part_comes_back_as_it_was_written(resolver: Resolver) -> None:
    street = "Số 12/3/4A  ngách 5, NGÕ Chùa-Láng (sau chợ), ĐT 0912 345 678"
    answer = resolver.resolve(f"{street}, phường Bến Thành, quận 1, TP.HCM")
    assert answer.status == Status.RESOLVED
    assert answer.street == street


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
    assert _new(asked) == {"00256", "00082"}
    assert asked.question is not None
    assert asked.question.asked == Asked.WHICH_PART
    known = resolver.resolve("xã Duyên Hà, huyện Thanh Trì, Hà Nội")
    assert (known.status, _new(known)) == (Status.RESOLVED, {"00685"})


def test_a_split_commune_is_decided_by_the_new_name_beside_it(resolver: Resolver) -> None:
    answer = resolver.resolve(
        "phường Phạm Đình Hổ, quận Hai Bà Trưng, Hà Nội (nay là phường Cửa Nam)"
    )
    assert (answer.status, _new(answer), _old(answer)) == (Status.RESOLVED, {"00082"}, {"00247"})


def test_namesakes_in_one_province_are_told_apart_by_their_district(resolver: Resolver) -> None:
    """Old Trung Thành of Thái Nguyên city went to Tích Lương; another one kept the name."""
    answer = resolver.resolve("phường Trung Thành, tỉnh Thái Nguyên")
    assert _new(answer) == {"05500", "05899"}
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
            assert codes <= _new(answer), text


def test_a_bare_name_that_was_a_district_too_is_asked_about(resolver: Resolver) -> None:
    """Thuận An was a town of several wards, and is one ward now."""
    answer = resolver.resolve("lô 5 KCN VSIP, Thuận An, Bình Dương")
    assert (answer.status, answer.era) == (Status.CANDIDATES, Era.UNKNOWN)
    assert {"25978", "25966"} <= _new(answer)
    assert resolver.resolve("phường Thuận An, TP.HCM").status == Status.RESOLVED
    assert resolver.resolve("Phú Quý, Lâm Đồng").status == Status.RESOLVED  # one special zone


@pytest.mark.parametrize("text", ["Phú Mỹ Hưng, quận 7, TP.HCM", "TT. Thuận An, Phú Vang, TT Huế"])
def test_a_name_that_does_not_fit_is_not_cut_to_one_that_does(
    resolver: Resolver, text: str
) -> None:
    assert resolver.resolve(text).status == Status.CANDIDATES
