"""Whether a printed paper is the office's own: the keys of the home alone, no database."""

import click

from postal_bridge.dossiers.slip_link import genuine_slip
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.home import HomeFolder
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.text import Language
from routes.commands.composition import OperatorCommand, settings
from routes.commands.speech import EXIT_CHECK_FAILED, Reply, language_option, texts


@click.group("slip")
def slip() -> None:
    """Giấy biên nhận. Printed slips."""


@slip.command("verify", cls=OperatorCommand)
@click.argument("link")
@language_option
def slip_verify(link: str, language: Language) -> Reply:
    """Kiểm tra giấy. Whether this office signed what a slip's QR says; exit 1 if not.

    The signature covers the numbers and the moment, not the address in front of them: the
    domain is shown, so that a true slip copied onto another site's address is seen.
    """
    mark = genuine_slip(KeyRing.load(HomeFolder(settings().home).keys), link)
    if mark is None:
        shown = texts().render("slip_not_genuine", {}, language)
        return Reply({"genuine": False}, shown, exit_code=EXIT_CHECK_FAILED)
    site = link.strip().partition("://")[2].partition("/")[0]
    document = {
        "genuine": True,
        "acceptance_number": mark.acceptance_number,
        "item_number": mark.item_number or None,
        "accepted_at": local(mark.accepted_at).isoformat(),
        "site": site,
    }
    params = {"number": mark.acceptance_number, "at": mark.accepted_at, "site": site or "–"}
    return Reply(document, texts().render("slip_genuine", params, language))
