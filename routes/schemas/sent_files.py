"""Wire formats of a file that is sent: as text, and as the form that confirms it carries it."""

from typing import Any

from marshmallow import post_load

from routes.schemas.common import Text, Wire


def carried_file(most_bytes: int) -> Text:
    """The file that was looked at, in Base64."""
    return Text(required=True, longest=most_bytes * 4 // 3 + 4)


class CsvSchema(Wire):
    """The CSV file as text. Whoever inherits says in `csv` how long it may be."""

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> bytes:
        content: str = data["csv"]
        return content.encode()
