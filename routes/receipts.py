"""Receipts and refund slips as files: with what the tax office gave to who collects."""

from dataclasses import replace

from flask import Response

from config.settings import Settings
from postal_bridge.money.receipt_pdf import ReceiptPaper, render_receipt
from routes.container import container
from routes.language import chosen_language


def receipt_answer(paper: ReceiptPaper) -> Response:
    """The paper in the reader's language, under its number."""
    pdf = render_receipt(headed(paper, container().settings), container().texts, chosen_language())
    name = f'inline; filename="{paper.series}-{paper.number}.pdf"'
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": name})


def headed(paper: ReceiptPaper, settings: Settings) -> ReceiptPaper:
    """With form number and tax code: the collecting unit's own, else the installation's."""
    own = settings.receipts.get(paper.unit_key, {})
    forms = {
        "fee": own.get("fee_form", settings.receipt_fee_form),
        "fare": own.get("fare_form", settings.receipt_fare_form),
    }
    tax_code = own.get("tax_code", settings.receipt_tax_code)
    return replace(paper, form_no=forms.get(paper.kind, ""), tax_code=tax_code)
