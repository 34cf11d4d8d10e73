"""What the page of receiving accounts sends. The second person types his own password."""

from typing import Any

from postal_bridge.money.receiving_accounts import PublishAccount
from routes.schemas.common import Day, Text, Wire


class PublishAccountSchema(Wire):
    bank_bin = Text(required=True, longest=6)
    account = Text(required=True, longest=19)
    account_again = Text(required=True, longest=19)
    holder = Text(required=True, longest=60)
    bank_name = Text(required=True, longest=80)
    valid_from = Day(required=True)
    words = Text(required=True, longest=200)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, data: dict[str, Any]) -> PublishAccount:
        return PublishAccount(**data)
