"""A quote explained in words, from its stored inputs and lines alone. Pure."""

from postal_bridge.kernel.text import Language, Texts
from postal_bridge.money.tariff import LineKind, Quote, QuoteLine, TariffBook, load_tariffs


def explanation(
    quote: Quote, texts: Texts, language: Language, book: TariffBook | None = None
) -> str:
    """Say how the total came about: column, weight, relief, programme, charge, source.

    The tariff is looked up by the quote's own id, so an old quote is explained by its own version.
    """
    book = book or load_tariffs()
    tariff = next(tariff for tariff in book.tariffs if tariff.id == quote.tariff)
    request = quote.request

    def say(code: str, **params: str | int) -> str:
        return texts.render(code, params, language)

    sentences = [
        say(
            "fare_column",
            column=request.column.value,
            name=say(f"fare_column_{request.column.value.lower()}"),
            why=say(f"fare_why_{request.why.value}"),
        )
    ]
    for line in _one_per_leg(quote):
        further_vnd = line.steps * line.step_vnd
        sentences.append(
            say(
                "fare_leg_stepped" if line.steps else "fare_leg",
                leg=say(f"fare_leg_{line.kind.value}"),
                weight_g=line.grams,
                steps=line.steps,
                step_vnd=line.step_vnd,
                further_g=tariff.further_g,
                table_vnd=line.base_vnd - further_vnd,
                base_vnd=line.base_vnd,
            )
        )
        if line.relief_percent and request.relief is not None:
            relief = tariff.reliefs[request.relief]
            sentences.append(
                say(
                    "fare_relief",
                    percent=line.relief_percent,
                    who=say(f"relief_{relief.code}"),
                    proof=say(f"relief_proof_{relief.proof}"),
                    left_vnd=line.base_vnd - line.base_vnd * line.relief_percent // 100,
                )
            )
        if line.overlay is not None:
            overlay = next(one for one in book.overlays if one.id == line.overlay)
            source = overlay.source if language == "vi" else overlay.source_en
            sentences.append(say("fare_overlay", overlay=line.overlay, source=source))
    sentences += [
        say("fare_remittance", amount_vnd=line.amount_vnd)
        for line in quote.lines
        if line.kind is LineKind.REMITTANCE
    ]
    sentences.append(say("fare_total", total_vnd=quote.total_vnd))
    if len(quote.payers) > 1:
        sentences += [
            say("fare_payer", payer=say(f"fare_payer_{payer}"), amount_vnd=amount_vnd)
            for payer, amount_vnd in quote.payers.items()
        ]
    instrument = tariff.instrument if language == "vi" else tariff.instrument_en
    sentences.append(say("fare_source", instrument=instrument))
    return " ".join(sentences)


def _one_per_leg(quote: Quote) -> list[QuoteLine]:
    """Return the first line of each leg: several payers share one fare."""
    legs: dict[LineKind, QuoteLine] = {}
    for line in quote.lines:
        if line.kind is not LineKind.REMITTANCE:
            legs.setdefault(line.kind, line)
    return list(legs.values())
