"""API: a stored quote, explained from what it was made of, however old it is."""

from typing import Any
from uuid import UUID

from postal_bridge.kernel.actor import Role
from postal_bridge.money.service import open_quote
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint
from routes.container import container
from routes.language import chosen_language
from routes.schemas.quotes import StoredQuoteSchema

blp = ApiBlueprint("quotes_api", __name__, url_prefix="/api/v1", description="Quotes")


@blp.route("/quotes/<uuid:quote_id>", methods=["GET"])
@allow(Role.CLERK, Role.SUPERVISOR, Role.OPERATOR)
@blp.response(200, StoredQuoteSchema)
def stored(quote_id: UUID) -> dict[str, Any]:
    """One quote of the caller's offices, with the sentences that say why it costs that."""
    units = container().units
    quote, said = open_quote(quote_id, chosen_language(), actor=current_actor(), units=units)
    return {"quote": quote, "said": said}
