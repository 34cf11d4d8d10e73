"""Several printed sheets as one document, so that one print action serves a dossier."""

import io
from collections.abc import Sequence


def join_pdfs(sheets: Sequence[bytes]) -> bytes:
    """All pages of all sheets, in order."""
    import pypdfium2

    if len(sheets) == 1:
        return sheets[0]
    together = pypdfium2.PdfDocument.new()
    parts = [pypdfium2.PdfDocument(sheet) for sheet in sheets]
    try:
        for part in parts:
            together.import_pages(part)
        out = io.BytesIO()
        together.save(out)
        return out.getvalue()
    finally:
        for document in (*parts, together):
            document.close()
