"""What every template can say, and what holds for every page made of one."""

import re
from typing import Any

from flask import Flask, g
from jinja2 import Template

from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.text import put
from routes.access import signed_in
from routes.container import Container
from routes.idempotency import mint_key
from routes.language import chosen_language, here

# An amount's sign after its digits, and no word that begins with that letter.
_AMOUNT = re.compile(r"(\d) đ(?!\w)")


class PageTemplate(Template):
    """On no page does the sign of an amount stand alone on a line: the blank before it is firm."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        return _AMOUNT.sub("\\1\u00a0đ", super().render(*args, **kwargs))


def teach_templates(app: Flask, container: Container) -> None:
    """Templates render every sentence through the catalogue: `t('code', x=…)`."""

    def say(code: str, **params: Any) -> str:
        return container.texts.render(code, params, chosen_language())

    app.jinja_env.template_class = PageTemplate
    app.jinja_env.globals.update(
        t=say, mint_key=mint_key, signed_in=signed_in, Role=Role, lang=chosen_language, here=here
    )
    for form in (
        "vnd", "vnd_words", "grams", "km", "item", "phone", "date", "moment", "weekday", "clock",
    ):  # fmt: skip
        app.jinja_env.filters[form] = lambda value, form=form: (
            "–" if value is None else put(value, form, chosen_language())
        )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def home() -> dict[str, Any]:
        if container.home_identity.kind != "sandbox":
            return {"sandbox_now": None}
        if "business_now" in g:  # the view has just read it
            return {"sandbox_now": g.business_now}
        with container.units.read() as view:
            return {"sandbox_now": view.now}
