"""The words that say what the name after them is: a level, a hamlet, a street, a landmark.

Tables only, folded as `address_text` keys words.
"""

from enum import IntEnum


class Role(IntEnum):
    """What a word or two say about the name that follows."""

    NONE = 0
    COMMUNE = 1
    DISTRICT = 2
    CITY = 3  # of a province, or the province itself
    PROVINCE = 4
    HAMLET = 5
    STREET = 6
    LANDMARK = 7
    ISLAND = 8  # the name that follows may be a commune's


UNIT_ROLES = frozenset({Role.COMMUNE, Role.DISTRICT, Role.CITY, Role.PROVINCE})
OTHER_ROLES = frozenset({Role.HAMLET, Role.STREET, Role.LANDMARK})


TYPES: dict[tuple[str, ...], tuple[Role, str]] = {
    ("xa",): (Role.COMMUNE, "Xã"),
    ("x",): (Role.COMMUNE, "Xã"),
    ("phuong",): (Role.COMMUNE, "Phường"),
    ("p",): (Role.COMMUNE, "Phường"),
    ("f",): (Role.COMMUNE, "Phường"),
    ("ph",): (Role.COMMUNE, "Phường"),
    ("thi", "tran"): (Role.COMMUNE, "Thị trấn"),
    ("thitran",): (Role.COMMUNE, "Thị trấn"),
    ("tt",): (Role.COMMUNE, "Thị trấn"),
    ("dac", "khu"): (Role.COMMUNE, "Đặc khu"),
    ("dak", "khu"): (Role.COMMUNE, "Đặc khu"),
    ("dk",): (Role.COMMUNE, "Đặc khu"),
    ("quan",): (Role.DISTRICT, "Quận"),
    ("q",): (Role.DISTRICT, "Quận"),
    ("huyen", "dao"): (Role.DISTRICT, "Huyện"),
    ("huyen",): (Role.DISTRICT, "Huyện"),
    ("h",): (Role.DISTRICT, "Huyện"),
    ("thi", "xa"): (Role.DISTRICT, "Thị xã"),
    ("thixa",): (Role.DISTRICT, "Thị xã"),
    ("tx",): (Role.DISTRICT, "Thị xã"),
    ("thanh", "pho"): (Role.CITY, "Thành phố"),
    ("thanhpho",): (Role.CITY, "Thành phố"),
    ("tp",): (Role.CITY, "Thành phố"),
    ("t", "p"): (Role.CITY, "Thành phố"),
    ("t", "x"): (Role.DISTRICT, "Thị xã"),
    ("t", "t"): (Role.COMMUNE, "Thị trấn"),
    ("thpho",): (Role.CITY, "Thành phố"),
    ("tinh",): (Role.PROVINCE, "Tỉnh"),
    ("t",): (Role.PROVINCE, "Tỉnh"),
}
_HAMLETS = (
    "thon,ap,ban,buon,bon,soc,phum,khom,xom,to,tdp,kp,kv,khoi,lang,doi,plei,plai,play,kdc,khu,"
    "to dan pho,to nhan dan,to dan cu,khu pho,khu vuc,khoi pho,tieu khu,khu dan cu,cum,cum dan cu,"
    "khu tap the,ktt,khu do thi,kdt,khu tai dinh cu,tdc,cu xa,cx,can cu,hamlet,group,to tu quan,"
    "lien gia,doi san xuat,nhom,ban lang,dong,khu nha o"
)
_STREETS = (
    "duong,d,pho,ngo,ngach,hem,kiet,quoc lo,ql,tinh lo,tl,huyen lo,hl,dt,dh,dai lo,km,lo,so,so nha,"
    "sn,nha so,toa,toa nha,tang,lau,phong,can,can ho,chung cu,cc,ccu,block,str,street,cao toc,"
    "duong so,huong lo,xa lo,ngo hem,duong tinh,duong huyen,vanh dai,hem so,cay so,lo dat,vinhomes"
)
_LANDMARKS = (
    "cho,truong,thpt,thcs,tieu hoc,mam non,dai hoc,cao dang,benh vien,bv,nha tho,chua,den,dinh,"
    "mieu,cau,nga ba,nga tu,nga nam,nga sau,nga bay,ben xe,ga,nha ga,san bay,cang,nha may,cong ty,"
    "cty,tnhh,ubnd,uy ban,uy ban nhan dan,uy ban nd,buu dien,tram,tram y te,doi dien,gan,canh,sau,"
    "ben canh,sau lung,truoc,truoc mat,thua dat,nong truong,lam truong,kcn,khu cong nghiep,ccn,"
    "cum cong nghiep,kcx,khu che xuat,khu kinh te,kkt,khach san,sieu thi,cho dau moi,hoc vien,"
    "cong vien,ho,song,kenh,rach,cua hang,tiem,quan an,cafe,cay xang,hon,con,nui,cong,bai tam,pha,"
    "bai bien,cty tnhh,trai,don,cong an,ngan hang,phong kham,vincom,giao xu,tu vien,tinh xa,ub"
)
_ISLANDS = "dao,cu lao,quan dao"
_OTHERS: dict[tuple[str, ...], Role] = {
    tuple(words.split()): role
    for role, listed in (
        (Role.HAMLET, _HAMLETS),
        (Role.STREET, _STREETS),
        (Role.LANDMARK, _LANDMARKS),
        (Role.ISLAND, _ISLANDS),
    )
    for words in listed.split(",")
}
ROLES: dict[tuple[str, ...], tuple[Role, str]] = {
    **{words: (role, "") for words, role in _OTHERS.items()},
    **TYPES,
}
# Said before a number as in Vietnamese, else after the name.
ENGLISH = {
    "ward": "phuong", "commune": "xa", "district": "quan", "dist": "quan", "province": "tinh",
    "prov": "tinh", "city": "tp", "town": "", "township": "",
    "village": "", "special": "", "zone": "",
}  # fmt: skip
# What people add to the end of a message, and no name: "gia lai nha"; "í" as "ý" is keyed.
PARTICLES = frozenset(
    ("à", "á", "ạ", "ấy", "nha", "nhá", "nhé", "nhe", "nhen", "nghen", "hen", "nè", "í", "đó",
     "đấy", "luôn", "vậy", "ơi", "nhỉ", "ak", "ah", "gửi", "gởi", "nhận")
)  # fmt: skip
# Said before a commune that is not the address but lies beside it.
VICINITY = frozenset({"gần", "gan", "giáp", "sát", "cạnh"})
SURNAMES = frozenset(
    (
        "nguyễn",
        "lê",
        "trần",
        "phạm",
        "hoàng",
        "huỳnh",
        "phan",
        "võ",
        "vũ",
        "đặng",
        "bùi",
        "đỗ",
        "ngô",
    )
)
KINSHIP = frozenset({"anh", "chị", "cô", "chú", "bác", "ông", "bà", "em", "thầy", "dì", "cậu"})
BRACKETED = frozenset({"xa", "phuong", "huyen", "quan", "tinh"})
STARTS = frozenset(words[0] for words in ROLES)
SAID = frozenset(word for words in ROLES for word in words)
MOST_WORDS = 4
# What a type word looks like with its own marks: "xá" and "quán" are no types.
TRUE_MARKS = {
    "xa": "xã", "phuong": "phường", "quan": "quận", "huyen": "huyện", "tinh": "tỉnh",
    "to": "tổ", "ban": "bản", "dao": "đảo", "cho": "chợ", "lo": "lộ lô", "can": "căn",
    "don": "đồn", "dong": "đồng", "con": "cồn", "sau": "sau", "cong": "cổng cống", "doi": "đội",
    "ho": "hồ", "den": "đền", "dinh": "đình", "trai": "trại", "can ": "căn", "lang": "làng",
    "hem": "hẻm", "ngo": "ngõ", "cau": "cầu", "duong": "đường", "pho": "phố", "nui": "núi",
    "truong": "trường", "song": "sông", "so": "số", "kenh": "kênh", "mieu": "miếu",
    "tang": "tầng", "lau": "lầu", "phong": "phòng", "toa": "tòa", "tram": "trạm", "cang": "cảng",
    "tiem": "tiệm", "hon": "hòn", "cum": "cụm", "nhom": "nhóm", "khoi": "khối", "bon": "bon",
    "buon": "buôn", "soc": "sóc", "khom": "khóm", "xom": "xóm", "thon": "thôn", "chua": "chùa",
    "kiet": "kiệt", "gan": "gần", "canh": "cạnh", "truoc": "trước", "rach": "rạch", "pha": "phà",
}  # fmt: skip

_COUNTRIES = (
    "usa,uk,america,england,france,japan,china,korea,russia,germany,canada,australia,singapore,"
    "malaysia,thailand,cambodia,campuchia,laos,taiwan,hongkong,india,california,texas,"
    "tokyo,paris,london,berlin,sydney,bangkok,beijing,seoul,vientiane"
)
FOREIGN = frozenset(_COUNTRIES.split(","))
