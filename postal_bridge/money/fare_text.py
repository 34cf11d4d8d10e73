"""A quote explained in words, from its stored inputs and lines alone. Pure."""

from dataclasses import dataclass

from postal_bridge.kernel.text import Language, Texts
from postal_bridge.money.cheaper import Saving, savings
from postal_bridge.money.tariff import LineKind, Quote, QuoteLine, Tariff, TariffBook
from postal_bridge.money.tariff_files import load_tariffs


@dataclass(frozen=True, slots=True)
class Explained:
    """Attributes
    ----------
    because : the total, and that reasons follow: "26.000 đ, vì:"
    reasons : column, weight, relief, programme, charge; one sentence each
    payers : who pays which part; empty where the citizen pays all
    cheaper : what would lower the citizen's part, the best first
    source : the legal instrument
    """

    because: str
    reasons: tuple[str, ...]
    payers: tuple[str, ...]
    cheaper: tuple[str, ...]
    source: str


def explanation(
    quote: Quote, texts: Texts, language: Language, book: TariffBook | None = None
) -> str:
    """Say how the total came about: column, weight, relief, programme, charge, source.

    The tariff is looked up by the quote's own id, so an old quote is explained by its own version.
    """
    said = _Speaker(quote, texts, language, book or load_tariffs()).explain(advises=False)
    return " ".join([said.because, *said.reasons, *said.payers, said.source])


def explain(
    quote: Quote, texts: Texts, language: Language, book: TariffBook | None = None
) -> Explained:
    """The explanation in pieces, for a page."""
    return _Speaker(quote, texts, language, book or load_tariffs()).explain(advises=True)


class _Speaker:
    def __init__(self, quote: Quote, texts: Texts, language: Language, book: TariffBook) -> None:
        self._quote = quote
        self._texts = texts
        self._language: Language = language
        self._book = book
        self._tariff = book.tariff(quote.tariff)

    def explain(self, *, advises: bool) -> Explained:
        quote, request = self._quote, self._quote.request
        column = self._say(
            "fare_column",
            column=request.column.value,
            name=self._say(f"fare_column_{request.column.value.lower()}"),
            why=self._say(f"fare_why_{request.why.value}"),
        )
        reasons = [column]
        for line in _one_per_leg(quote):
            reasons += self._leg(line)
        reasons += [
            self._say("fare_budget_spent", source=self._source(name))
            for name in sorted(request.spent_out)
        ]
        reasons += [
            self._say("fare_remittance", amount_vnd=line.amount_vnd)
            for line in quote.lines
            if line.kind is LineKind.REMITTANCE
        ]
        code = "fare_source_ceiling" if self._tariff.is_ceiling else "fare_source"
        return Explained(
            because=self._say("fare_because", total_vnd=quote.total_vnd),
            reasons=tuple(reasons),
            payers=self._payers(),
            cheaper=tuple(
                self._saving(one) for one in (savings(quote, self._book) if advises else ())
            ),
            source=self._say(code, instrument=self._instrument(self._tariff)),
        )

    def _leg(self, line: QuoteLine) -> list[str]:
        """What one leg costs before anybody shares it."""
        said = [self._weighed(line)]
        if line.vat_vnd:
            percent = self._tariff.vat_percent
            said.append(self._say("fare_vat", percent=percent, vat_vnd=line.vat_vnd))
        relief = self._quote.request.relief
        if line.relief_percent and relief is not None:
            said.append(
                self._say(
                    "fare_relief",
                    percent=line.relief_percent,
                    who=self._say(f"relief_{relief}"),
                    proof=self._say(f"relief_proof_{self._tariff.reliefs[relief].proof}"),
                    left_vnd=line.base_vnd - line.base_vnd * line.relief_percent // 100,
                )
            )
        if line.overlay is not None:
            has_budget = self._book.overlay(line.overlay).has_budget
            code = "fare_overlay_budget" if has_budget else "fare_overlay"
            said.append(self._say(code, source=self._source(line.overlay)))
        return said

    def _weighed(self, line: QuoteLine) -> str:
        leg, request = self._say(f"fare_leg_{line.kind.value}"), self._quote.request
        net_vnd = line.base_vnd - line.vat_vnd
        if line.visit_vnd:
            return self._say(
                "fare_leg_visit",
                leg=leg,
                visit=self._say(f"fare_visit_{request.visit}"),
                weight_g=line.grams,
                together_g=line.grams + request.visit_grams,
                whole_vnd=line.visit_vnd + line.base_vnd,
                visit_vnd=line.visit_vnd,
                base_vnd=line.base_vnd,
            )
        return self._say(
            "fare_leg_stepped" if line.steps else "fare_leg",
            leg=leg,
            weight_g=line.grams,
            steps=line.steps,
            step_vnd=line.step_vnd,
            first_g=self._tariff.steps_g[-1],
            further_g=self._tariff.further_g,
            table_vnd=net_vnd - line.steps * line.step_vnd,
            base_vnd=net_vnd,
        )

    def _payers(self) -> tuple[str, ...]:
        payers = self._quote.payers
        if len(payers) == 1:
            return ()
        return tuple(
            self._say("fare_payer", payer=self._say(f"fare_payer_{payer}"), amount_vnd=amount_vnd)
            for payer, amount_vnd in payers.items()
        )

    def _saving(self, saving: Saving) -> str:
        who = self._say(f"relief_{saving.relief}") if saving.relief else ""
        return self._say(
            f"fare_cheaper_{saving.how}",
            who=who,
            grams=saving.grams or 0,
            citizen_vnd=saving.citizen_vnd,
            saved_vnd=saving.saved_vnd,
        )

    def _source(self, programme: str) -> str:
        overlay = self._book.overlay(programme)
        return overlay.source if self._language == "vi" else overlay.source_en

    def _instrument(self, tariff: Tariff) -> str:
        return tariff.instrument if self._language == "vi" else tariff.instrument_en

    def _say(self, code: str, /, **params: str | int) -> str:
        return self._texts.render(code, params, self._language)


def _one_per_leg(quote: Quote) -> list[QuoteLine]:
    """Return the first line of each leg: several payers share one fare."""
    legs: dict[LineKind, QuoteLine] = {}
    for line in quote.lines:
        if line.kind is not LineKind.REMITTANCE:
            legs.setdefault(line.kind, line)
    return list(legs.values())
