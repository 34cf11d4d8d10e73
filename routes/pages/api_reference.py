"""The description of the API for machines, and the same as a page to read; every problem's page."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template

from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.text import LANGUAGES
from routes.access import allow
from routes.container import container
from routes.openapi import SPEC_PATH, ProblemCode, describe, problem_codes

bp = Blueprint("api_reference", __name__)
METHODS = ("get", "post", "put", "patch", "delete")


@bp.get(SPEC_PATH)
@allow()
def document() -> Response:
    return jsonify(describe(current_app))


@bp.get("/api")
@allow()
def show() -> str:
    described = describe(current_app)
    return render_template(
        "api/reference.html",
        document=described,
        groups=_groups(described),
        schemas=described["components"]["schemas"],
        codes=problem_codes(),
    )


@bp.get("/problems/<code>")
@allow()
def problem(code: str) -> str:
    """What a problem's `type` leads to."""
    found: ProblemCode | None = next((one for one in problem_codes() if one.code == code), None)
    if found is None or not container().texts.has(code):
        raise NotFound
    sentences = {language: container().texts.render(code, {}, language) for language in LANGUAGES}
    return render_template("api/problem.html", problem=found, sentences=sentences)


def _groups(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The operations of each area, in the order the areas were registered."""
    groups: dict[str, dict[str, Any]] = {
        tag["name"]: {"name": tag["name"], "about": tag.get("description", ""), "operations": []}
        for tag in described.get("tags", ())
    }
    for path, methods in described["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = {**methods[method], "path": path, "method": method.upper()}
                groups[operation["tags"][0]]["operations"].append(operation)
    return [group for group in groups.values() if group["operations"]]
