"""Receipts and refund slips as files: with what the tax office gave this installation."""

from dataclasses import replace

from flask import Response

from postal_bridge.money.receipt_pdf import ReceiptPaper, render_receipt
from routes.container import container
from routes.language import chosen_language


def receipt_answer(paper: ReceiptPaper) -> Response:
    """The paper in the reader's language, under its number."""
    settings = container().settings
    forms = {"fee": settings.receipt_fee_form, "fare": settings.receipt_fare_form}
    headed = replace(paper, form_no=forms.get(paper.kind, ""), tax_code=settings.receipt_tax_code)
    pdf = render_receipt(headed, container().texts, chosen_language())
    name = f'inline; filename="{paper.series}-{paper.number}.pdf"'
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": name})
