"""Ways of writing an address that were misread once."""

import pytest

from geo.address_answer import Status
from geo.resolver import Resolver
from tests.geo.answer_codes import new_codes, old_codes


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        # A dash by itself separates like a comma; the district bears a commune's name too.
        ("Số 12 đường Hùng Vương - Nghĩa Sơn - Tư Nghĩa - Quảng Ngãi", "21259", "21244"),
        ("31A Quang Trung – Mường Lạn – Sốp Cộp – Sơn La", "04246", "04246"),
        ("khu tái định cư - Nhơn Ninh - Tân Thạnh - Long An", "27859", "27856"),
        # Arrows separate too, and a hamlet at the end is no province with a slip.
        ("HUB CTO → xa My Phuoc → CAN THO → ap Phuoc An B", "31603", "31603"),
        ("Cao Bằng, Hà Quảng, Lương Can, bản Giang", "01384", "01363"),
        ("Phường Lang Biang - Đà Lạt, số 5 Bế Văn Đàn", "", "24846"),
        # The type tells a town from the xã of its name, though a mark slipped.
        ("thị trấn Trạm Tâu, huyện Trạm Tấu, Yên Bái", "04585", "04585"),
        ("xã Trạm Tâu, huyện Trạm Tấu, Yên Bái", "04600", "04606"),
        # A dot and a blank separate too.
        ("gan cho. hau thanh. soc trang", "31648", "31654"),
        # A name's last word is no type, and a bracket behind it no form's label.
        ("Tỉnh Phú Thọ, Xã Hiềnn Quan", "08440", "08443"),
        ("khóm 4, Xã Hiền Quan (Xã Bắc Sơn cũ), Tỉnh Phú Thọ", "08443", "08443"),
        ("NINH BÌNH / NHO QUAN / XÃ QUỲNH LƯU", "14452", "14452"),
        # "T." before a province with a slip, and before one whose first word is a short name.
        ("X. Bạch Ngọc, T.Tuyên Quanng", "00976", "00976"),
        ("t.binh dinh, x.binh an, nha co lan", "", "21829"),
        # A district with a slip is not dearer than a type that does not fit.
        ("nhà cô Lan, Xã Tân Thịnh, Định Hóaa, Thái Nguyên", "05548", "05563"),
        # A commune of today before the district it was made in.
        ("tay khanh vinh, khanh vinh, khanh hoa", "", "22624"),
        # The widest unit first, a landmark last.
        ("Hồ Chí Minh, Xã Hòa Bình, gần chợ", "26641", "26641"),
        # A name said twice is the town's and its province's; half a name is nobody's.
        ("Phường 9, Vĩnh Long, Vĩnh Long", "29542", "29551"),
        ("x. hung hoa, t.tra vinh", "29359", "29362"),
        # A house number goes on with no name.
        ("Tỉnh Gia Lai Xã Trang 45/3 hẻm 7 Trần Phú", "23713", "23714"),
        # Half a province's name is no commune.
        ("TAM LONG BÀ RỊA - VŨNG TÀU", "", "26572"),
        # The era between type and name.
        ("xã cũ Vân Hòa, xã mới Yên Bài, tỉnh Hà Nội", "09706", "09706"),
        ("xã cũ: Tây Xuân, xã mới: Tây Sơn, tỉnh Gia Lai", "21844", "21808"),
        # A remark in brackets of which era the commune is.
        ("xã Lạc Đạo, Hưng Yên (địa chỉ mới)", "", "11992"),
        ("phường Tân An, Cần Thơ (phường cũ)", "31135", "31135"),
        ("phường Dương Nội - Hà Nội (phường mới sau 1/7/2025)", "", "09886"),
        # Who takes the parcel is no town; a form's label is no commune.
        ("xã Hùng Châu, tỉnh Nghệ An; chị Vinh nhận", "", "17395"),
        ("Tỉnh: Đắk Lắk; Huyện: Cư M'gar; Xã: Xã Cư M'gar; Số nhà: 27", "24289", "24280"),
        # Telex behind i and y, and marks that only the typing says.
        ("phuwowngf Xuaan Yeen, thij xax Soong Caauf, Phus Yeen", "22073", "22051"),
        ("xax Phuf DDoongr, Haf Nooij", "00544", "00541"),
        ("ddawcj khu Coo Too, Quangr Ninh", "", "07192"),
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
        # Words run together, with capitals or without.
        ("xãTânKỳtỉnhNghệAn xóm 6", "", "17266"),
        ("tổ8phườngNôngTiếntptuyênquang", "02212", "02212"),
        ("64LêLợi phườngThuậnHóa Huế", "", "19789"),
        ("xadongtien huyenhuulung tinhlangson", "06436", "06436"),
        # What a form prints before the name.
        ("Xã/Phường: Long Trị; Quận/Huyện: thị xã Long Mỹ; Tỉnh/TP: Hậu Giang", "31477", "31471"),
        ("Xã (phường): Long Trị, Huyện (TX): Long Mỹ, Tỉnh (TP): Hậu Giang", "31477", "31471"),
        # A line for each part; a bare slash between them.
        ("Thôn 5\nXã Long Trị\nTX Long Mỹ\nHậu Giang", "31477", "31471"),
        ("Nghệ An/Kỳ Sơn/Na Ngoi/bản Buộc Mú 1", "16870", "16870"),
        # First letters and the last word of a commune; of a district, or a province, at the end.
        ("X.T.Đạn H.Cao Lộc L.Sơn", "06199", "06211"),
        ("ấp Bình Thủy, x.B.Thành, h.Lấp Vò, ĐT", "30193", "30169"),
        ("Đại lộ Bình Dương, P. Phú Thọ, TDM", "25753", "25747"),
        ("ấp Trung Bình 1 xã Vĩnh Trạch AG", "", "30697"),
        # A slip in a commune of a city whose name is short for two.
        ("Kp Thạnh Phú, phường Lái Thêu, tp HCM", "", "25966"),
        # What the address lies near is not it; particles at the end of a message.
        ("P. 12 Quận Bình Thạnh hẻm 4 Nguyễn Xí? gần P13", "26917", "26929"),
        ("nhà e ngay UB xã phú túc á, gia lai nha", "", "24076"),
        # Provinces that ended before; "số" after a hamlet; names with a type's word in them.
        ("xã Phú Hộ thị xã Phú Thọ, Vĩnh Phú", "07954", "07954"),
        ("xã Diễn Bình, huyện Đak Tô, tỉnh Gia Lai - Kon Tum", "23440", "23401"),
        ("đường Nguyễn Huệ khu dân cư số 5 Côn Đảo, Bà Rịa VT", "", "26732"),
        ("dong tinh tam duong vinh phuc", "08875", "08872"),
        # A street's or a remark's name at the end is no slip of a province.
        ("P.14 Bình Thạnh, Nơ Trang Long", "26929", "26929"),
        ("Phường 2 quận 8, dạ nam", "27397", "27418"),
        ("Phú Hữu, Nhơn Trạch, phà Cát Lái", "26482", "26491"),
        # The district tells the old commune; "(nay …"; a double name is one; "xã No" is a canal.
        ("xã Cẩm Giàng, Thái Nguyên (Bạch Thông cũ)", "02008", "02008"),
        ("Tân Kiên, Bình Chánh (nay Tân Nhựt) gần BV Nhi TP", "27616", "27595"),
        ("xã Đăk Djrăng, huyện Mang Yang, tỉnh Gia Lai - Kon Tum", "23806", "23794"),
        ("kenh xang xa no, ap 3, vi thang, vi thuy, hau giang", "31450", "31441"),
        # A commune of the district so called: what is named beside it is no hamlet of today's.
        ("quy nhơn gia lai ghềnh ráng", "21595", "21592"),
        ("La Pán Tẩn, Mường Khương, Lào Cai", "02791", "02782"),
        ("Phúc Tân, bãi giữa, Hoàn Kiếm", "00037", "00097"),
        ("ý yên nam định yên đồng xóm 4 cạnh nhà văn hoá", "13879", "13879"),
        # One place in both forms, of which the new one alone would have a namesake.
        ("Phường Tân Hòa, TP Biên Hòa, Đồng Nai → Phường Hố Nai, Đồng Nai", "26005", "26005"),
        ("Cũ: xã Minh Long, huyện Hạ Lang, Cao Bằng; Mới: xã Lý Quốc, Cao Bằng", "01534", "01537"),
        ("địa chỉ cũ xã Minh Long, Hạ Lang, địa chỉ mới xã Lý Quốc, Cao Bằng", "01534", "01537"),
    ],
)
def test_ways_of_writing_that_were_once_misread(
    resolver: Resolver, text: str, old: str, new: str
) -> None:
    answer = resolver.resolve(text)
    assert (new_codes(answer), answer.status) == ({new}, Status.RESOLVED)
    assert not old or old_codes(answer) == {old}


@pytest.mark.parametrize(
    ("text", "new"),
    [
        # The type is of September 2026: an old phường, or today's xã of that name.
        ("khu 2 phường Hải Hòa, Thành phố Quảng Ninh", {"06712", "06799"}),
        ("tổ 5 P. N.Xá, t.p Bắc Ninh", {"09187", "09445"}),
        # A commune that bears a province's name, before a district that bears a commune's.
        ("Hòa Bình, Xuyên Mộc, Hồ Chí Minh", {"26641", "26632"}),
        # A slip beside a bare name that a district bears too, or before it in one part.
        ("Kàà Dăng, Đông Giang, Đà Nẵng", {"20494", "20467"}),
        ("GIA LAI, PHÙ CÁT, CÁT ANH, GẦN CHỢ", {"21871", "21853"}),
        ("ngõ 12 Nguyễn Trãi, Chánhh Phú Hòa, Bình Dương", {"25837", "25750"}),
        # After the widest unit first no slip of a district is looked for in the house.
        ("Hà Nội, Hà Đông, Phú La, The Văn Phú", {"09552", "09886"}),
        # No name goes on over a separator to a type.
        ("thanh hoa / tinh tien giang", {"28327", "28436"}),
        # A split one called old, in a district that bears the name of one of its parts.
        ("Phường Vạn Hương cũ, Đồ Sơn, Hải Phòng", {"11455", "11737"}),
        ("Phường Lê Lợi cũ - Quận An Dương - Thành phố Hải Phòng", {"11581", "11593", "11617"}),
    ],
)
def test_texts_that_once_got_one_place_of_two(resolver: Resolver, text: str, new: set[str]) -> None:
    answer = resolver.resolve(text)
    assert answer.status == Status.CANDIDATES
    assert new_codes(answer) >= new


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("5-Đà Lạt-Lâm Đồng", set()),
        ("Xã Hậu Thạnh TN", {"27841"}),
        ("Qut Lâm, Nam Định", {"14212"}),
        ("Trà Lneg. Huyện Nam Trà My. Đà Nẵng", {"20938"}),
    ],
)
def test_a_scrap_of_a_name_is_no_commune_of_another(
    resolver: Resolver, text: str, new: set[str]
) -> None:
    """ "Lạt" is not Xã Lát; "TN" is Tây Ninh of today too, and no slip of Châu Thành."""
    assert new_codes(resolver.resolve(text)) == new
