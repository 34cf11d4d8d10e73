"""Sheets of paper: a lying A4 that folds to A5, upright and lying A4 pages with their marks."""

import io
from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from postal_bridge.dossiers.paper import FAINT, MARGIN, REGULAR, Say, register_fonts


def folded(story: list[Flowable], *, name: str, marks: Sequence[str], say: Say) -> bytes:
    """A lying A4 with a fold in the middle: two A5 pages a side."""
    width, height = landscape(A4)
    half = width / 2
    frames = [
        Frame(left + MARGIN, MARGIN, half - 2 * MARGIN, height - 2 * MARGIN, 0, 0, 0, 0, id=side)
        for side, left in (("left", 0), ("right", half))
    ]

    def furnish(canvas: Any, document: Any) -> None:
        canvas.setStrokeColor(FAINT)
        canvas.setDash(1, 3)
        canvas.line(half, 0, half, height)
        canvas.setDash()
        _stamp(canvas, document, marks, say, [half / 2, half * 1.5])

    return _build(story, landscape(A4), frames, furnish, name)


def upright(story: list[Flowable], *, name: str, marks: Sequence[str], say: Say) -> bytes:
    """An A4 page, as many as it takes, each with its number."""
    return _pages(story, A4, 15 * mm, name, marks, say)


def lying(story: list[Flowable], *, name: str, marks: Sequence[str], say: Say) -> bytes:
    """A lying A4 page for wide tables, as many as it takes, each with its number."""
    return _pages(story, landscape(A4), MARGIN, name, marks, say)


def _pages(
    story: list[Flowable],
    page: tuple[float, float],
    edge: float,
    name: str,
    marks: Sequence[str],
    say: Say,
) -> bytes:
    width, height = page
    frame = Frame(edge, edge, width - 2 * edge, height - 2 * edge, 0, 0, 0, 0, id="page")

    def furnish(canvas: Any, document: Any) -> None:
        _stamp(canvas, document, marks, say, [width / 2])

    return _build(story, page, [frame], furnish, name)


def _stamp(
    canvas: Any, document: Any, marks: Sequence[str], say: Say, centres: Sequence[float]
) -> None:
    register_fonts()
    canvas.setFont(REGULAR, 6.5)
    canvas.setFillColor(FAINT)
    line = " · ".join([*marks, say("form_page", page=document.page)])
    for centre in centres:
        canvas.drawCentredString(centre, 4 * mm, line)


def _build(
    story: list[Flowable],
    page: tuple[float, float],
    frames: list[Frame],
    furnish: Callable[[Any, Any], None],
    name: str,
) -> bytes:
    """The same story gives the same bytes, so a reprint can be compared with its first print."""
    target = io.BytesIO()
    document = BaseDocTemplate(
        target, pagesize=page, title=name, author="Postal Bridge", invariant=1,
        leftMargin=0, rightMargin=0, topMargin=0, bottomMargin=0,
    )  # fmt: skip
    document.addPageTemplates([PageTemplate(id="only", frames=frames, onPage=furnish)])
    document.build(story)
    return target.getvalue()
