"""A stored quote explained, however old: by its own tariff, inputs and lines."""

from uuid import UUID

import click

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.text import Language
from postal_bridge.money.service import open_quote
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import Reply, language_option
from routes.schemas.quotes import StoredQuoteSchema


@click.command("explain", cls=OperatorCommand)
@click.argument("quote_id", type=click.UUID, metavar="ID")
@language_option
def fare_explain(quote_id: UUID, language: str) -> Reply:
    """Giải thích một báo giá đã lập. Why a stored quote costs what it costs, and who pays."""
    units = container(wiring=False).units
    spoken: Language = "en" if language == "en" else "vi"
    quote, said = open_quote(quote_id, spoken, actor=Actor.operator(), units=units)
    shown = [said.because, *said.reasons, *said.payers, *said.cheaper, said.source]
    document = StoredQuoteSchema().dump({"quote": quote, "said": said})
    return Reply(document, "\n".join(one for one in shown if one))
