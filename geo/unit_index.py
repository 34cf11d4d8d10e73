"""All units of both eras in flat lists, and the names they are called by.

Made from the register that is handed in, as of a day: "old" is what is no more on that day, a
commune of today's form that ended since included; what begins later is not there. A unit is an
integer here: looking at a few hundred of them for each address is what the time goes into.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from config.register import UNITS, Era, Register, Unit
from geo.address_text import glued
from geo.glued_words import syllables_in

PROVINCE, DISTRICT, COMMUNE = 0, 1, 2
_LEVELS = {"province": PROVINCE, "district": DISTRICT, "commune": COMMUNE}
_NUMBERED = re.compile(r"(?:p|f|phuong|ward|q|quan|district)0*(\d+)")
_TYPED = re.compile(r"(?:thitran|thixa|thanhpho|phuong|huyen|quan|xa|tt|tx|tp)(.{2,})")
_ROMANS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv"
ROMAN = {roman: str(number) for number, roman in enumerate(_ROMANS.split(), start=1)}
_ONES = ("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin")
IN_WORDS = {
    **{ones: str(number) for number, ones in enumerate(_ONES, start=1)},
    **{("muoi" if number == 10 else "haimuoi"): str(number) for number in (10, 20)},
    **{f"muoi{ones}": str(10 + number) for number, ones in enumerate(_ONES, start=1)},
    **{f"haimuoi{ones}": str(20 + number) for number, ones in enumerate(_ONES, start=1)},
    "tu": "4",
    "muoitu": "14",
    "haimuoitu": "24",
    "muoilam": "15",
    "haimuoilam": "25",
}  # no ward or district has more


class UnitIndex:
    """Names to units, and for each unit what lies above, before and after it.

    Attributes
    ----------
    by_name : key of a name to the units that bear it now
    by_former_name : the same for names given up before the reform, and for spoken ones
    by_initials : first letters to the provinces, and the towns of their name: "HD", "BT"
    districts_by_initials : the same for all old districts: "PN" of "Q.PN"
    by_short_name : first letters and last syllable to provinces and districts: "qnam", "lvo"
    communes_by_short_name : the same for communes: "qtrung" of "P.Q.Trung"
    town_spelling : of a district the marks its own town bears, where they are others
    province, district : the unit's own, -1 where there is none
    is_old : it is no more
    later : of an old commune (or a district without one) the ones of the day its people live in
    became : all those it is part of, land without people too
    earlier : of a new commune the old units it was made of
    also_in : units the other era would name above it: new provinces, old districts and provinces
    """

    def __init__(
        self,
        register: Register,
        spoken: Iterable[tuple[Era, str, str]] = (),
        on: date = date.max,
    ) -> None:
        self.register = register
        self._on = on
        self._former_names: list[tuple[str, int]] = []
        self.units: list[Unit] = []
        self.key: list[str] = []
        self.marked: list[str] = []
        self.level: list[int] = []
        self.is_old: list[bool] = []
        self.types: list[frozenset[str]] = []
        self.province: list[int] = []
        self.district: list[int] = []
        self.later: list[tuple[int, ...]] = []
        self.became: list[tuple[int, ...]] = []
        self.earlier: list[tuple[int, ...]] = []
        self.above: list[frozenset[int]] = []
        self.also_in: list[frozenset[int]] = []
        self.number: dict[tuple[Era, str], int] = {}
        self.inside: dict[int, list[int]] = defaultdict(list)
        self._add_units()
        self._add_places()
        self._relate()
        self.by_name = self._named()
        self.by_former_name = self._formerly_named(spoken)
        self.by_initials = self._initialled()
        self.districts_by_initials, self.by_short_name = self._shortened()
        self.communes_by_short_name = self._shortened_communes()
        self.town_spelling = self._spelt_by_town()

    def code(self, unit: int) -> str:
        return self.units[unit].code

    def is_place(self, unit: int) -> bool:
        """A commune, or an old island district that had none."""
        return self.level[unit] == COMMUNE or bool(self.later[unit])

    def _add_units(self) -> None:
        for history in self.register.histories():
            begun = [u for u in history if u.valid_from is None or u.valid_from <= self._on]
            if not begun:
                continue
            unit, number = begun[-1], len(self.units)
            key, marked = glued(unit.name)
            self.number[unit.era, unit.code] = number
            self.units.append(unit)
            self.key.append(key)
            self.marked.append(marked)
            self.level.append(_LEVELS[unit.level])
            self.is_old.append(not unit.holds_on(self._on))
            self.types.append(frozenset(one.unit_type for one in begun))
            if len(begun) > 1:
                earlier = {one.name for one in begun} - {unit.name}
                self._former_names += [(name, number) for name in sorted(earlier)]

    def _add_places(self) -> None:
        nothing: frozenset[int] = frozenset()
        for number, unit in enumerate(self.units):
            over = self._parent(unit)
            over_that = self._parent(self.units[over]) if over >= 0 else -1
            if self.level[number] == PROVINCE:
                province, district = number, -1
            elif self.level[number] == DISTRICT:
                province, district = over, number
            else:
                province, district = (over, -1) if over_that < 0 else (over_that, over)
            self.province.append(province)
            self.district.append(district)
            self.above.append(frozenset({province, district} - {-1}))
            self.later.append(())
            self.became.append(())
            self.earlier.append(())
            self.also_in.append(nothing)

    def _parent(self, unit: Unit) -> int:
        return self.number[unit.era, unit.parent_code] if unit.parent_code else -1

    def _relate(self) -> None:
        for number, unit in enumerate(self.units):
            if not self.is_old[number]:
                continue
            self.later[number] = tuple(self._live_on(unit, with_land=False))
            self.became[number] = tuple(self._live_on(unit, with_land=True))
            for new in self.became[number]:
                self.earlier[new] += (number,)
        for number, level in enumerate(self.level):
            if self.is_old[number]:
                self.also_in[number] = frozenset(self.province[n] for n in self.became[number])
                for new in self.also_in[number]:
                    self.also_in[self.province[number]] |= {new}
            elif level == COMMUNE:
                self.also_in[number] = frozenset().union(
                    *(self.above[old] for old in self.earlier[number])
                )
            if level == COMMUNE or self.later[number]:
                for above in self.above[number] | self.also_in[number]:
                    self.inside[above].append(number)

    def _live_on(self, unit: Unit, *, with_land: bool) -> dict[int, None]:
        """What the unit is now; successors that ended too are followed to theirs."""
        found = self.register.successors(unit.code, unit.era)
        people = [s for s in found if s.takes_people] or found
        now: dict[int, None] = {}
        for one in found if with_land else people:
            number = self.number["new", one.new_code]
            if self.is_old[number]:
                now |= self._live_on(self.units[number], with_land=with_land)
            else:
                now[number] = None
        return now

    def _named(self) -> dict[str, tuple[int, ...]]:
        names: dict[str, list[int]] = defaultdict(list)
        for number, key in enumerate(self.key):
            names[key].append(number)
            if key in ROMAN:
                names[ROMAN[key]].append(number)
        return {key: tuple(units) for key, units in names.items()}

    def _formerly_named(self, spoken: Iterable[tuple[Era, str, str]]) -> dict[str, tuple[int, ...]]:
        names: dict[str, set[int]] = defaultdict(set)
        aliases = self.register.aliases("old")
        for alias, codes in aliases.items():
            numbered, typed = _NUMBERED.fullmatch(alias), _TYPED.fullmatch(alias)
            if typed and typed[1] in aliases:
                continue  # the source lists each name with and without its type
            key = numbered[1] if numbered else glued(alias)[0]
            names[key].update(self.number["old", code] for code in codes)
        for era, code, name in spoken:
            names[glued(name)[0]].add(self.number[era, code])
        for name, number in self._former_names:
            names[glued(name)[0]].add(number)
        for number, unit in enumerate(self.units):
            if " - " in unit.name:  # "Xuân Hương - Đà Lạt" is called by its first half
                names[glued(unit.name.partition(" - ")[0])[0]].add(number)
        own = {key: sorted(n for n in units if self.key[n] != key) for key, units in names.items()}
        return {key: tuple(units) for key, units in own.items() if units}

    def _initialled(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, unit in enumerate(self.units):
            level, above = self.level[number], self.province[number]
            if level == PROVINCE or (level == DISTRICT and self.key[above] == self.key[number]):
                key = glued("".join(word[0] for word in re.findall(r"\w+", unit.name)))[0]
                found[key].append(number)
        return {key: tuple(units) for key, units in found.items() if len(key) > 1}

    def _shortened(self) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
        initials: dict[str, list[int]] = defaultdict(list)
        short: dict[str, list[int]] = defaultdict(list)
        for number, unit in enumerate(self.units):
            if self.level[number] == COMMUNE or unit.name.isdecimal():
                continue
            said = [glued(word)[0] for word in re.findall(r"\w+", unit.name)]
            if len(said) < 2:
                continue
            letters = _initials(said)
            short[letters[:-1] + said[-1]].append(number)
            if self.level[number] == DISTRICT:
                initials[letters].append(number)
        return (
            {key: tuple(units) for key, units in initials.items()},
            {key: tuple(units) for key, units in short.items()},
        )

    def _shortened_communes(self) -> dict[str, tuple[int, ...]]:
        short: dict[str, list[int]] = defaultdict(list)
        for number, unit in enumerate(self.units):
            said = [glued(word)[0] for word in re.findall(r"\w+", unit.name)]
            if self.level[number] == COMMUNE and len(said) > 1:
                short[_initials(said[:-1]) + said[-1]].append(number)
        for name, units in self.by_former_name.items():
            cuts = syllables_in(name)
            communes = [unit for unit in units if self.level[unit] == COMMUNE]
            if communes and len(cuts) > 1:
                letters = _initials([name[a:b] for a, b in cuts[:-1]])
                short[letters + name[cuts[-1][0] :]] += communes
        return {key: tuple(dict.fromkeys(units)) for key, units in short.items()}

    def _spelt_by_town(self) -> dict[int, str]:
        """ "Mù Cang Chải" of Huyện Mù Căng Chải: the source has both."""
        return {
            self.district[number]: self.marked[number]
            for number, level in enumerate(self.level)
            if level == COMMUNE
            and self.district[number] >= 0
            and self.key[number] == self.key[self.district[number]]
            and self.marked[number] != self.marked[self.district[number]]
        }


def _initials(said: Iterable[str]) -> str:
    """First letters as they are keyed when they stand alone: `y` is `i`."""
    return "".join("i" if key[0] == "y" else key[0] for key in said)


def spoken_names(folder: Path = UNITS) -> list[tuple[Era, str, str]]:
    """Short and foreign names people write for provinces and cities: "Sài Gòn", "BRVT"."""
    with (folder / "spoken_names.csv").open(encoding="utf-8", newline="") as file:
        rows: list[Mapping[str, str]] = list(csv.DictReader(file))
    return [("old" if row["era"] == "old" else "new", row["code"], row["name"]) for row in rows]
