"""One stored quote, explained: why it costs that, who pays which part, what would be cheaper."""

from uuid import UUID

from flask import Blueprint, render_template

from postal_bridge.kernel.actor import Role
from postal_bridge.money.service import open_quote
from routes.access import allow, current_actor
from routes.container import container
from routes.language import chosen_language

bp = Blueprint("quotes", __name__, url_prefix="/bao-gia")


@bp.get("/<uuid:quote_id>")
@allow(Role.CLERK, Role.SUPERVISOR, Role.OPERATOR)
def show(quote_id: UUID) -> str:
    """However old: the quote's own tariff, inputs and lines say it all."""
    quote, said = open_quote(
        quote_id, chosen_language(), actor=current_actor(), units=container().units
    )
    return render_template("quote/quote.html", quote=quote, said=said)
