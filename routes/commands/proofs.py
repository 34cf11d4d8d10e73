"""Whether a signed document the office gave out is genuine: its keys alone, no database."""

import base64
import binascii
import json
from pathlib import Path
from typing import Any

import click

from postal_bridge.kernel.home import HomeFolder
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.text import Language
from postal_bridge.money.signed_statement import check_statement, public_keys_of, read_statement
from routes.commands.composition import OperatorCommand, settings
from routes.commands.speech import (
    EXIT_CHECK_FAILED,
    InputWrong,
    Reply,
    language_option,
    texts,
)


@click.group("proof")
def proof() -> None:
    """Chứng từ đã ký. Signed documents."""


@proof.command("verify", cls=OperatorCommand)
@click.argument("source", type=click.File("rb"), metavar="FILE")
@click.option(
    "--keys", "keys_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="the office's public keys, as /kiem-tra/khoa.json gives them; default: the home's",
)  # fmt: skip
@language_option
def proof_verify(source: Any, keys_file: Path | None, language: Language) -> Reply:
    """Kiểm tra chứng từ. Whether the office signed it and it holds in itself; exit 1 if not.

    Reads a clerk's statement (JSON). With --keys it needs no home: a clerk checks it anywhere.
    """
    try:
        document = read_statement(source.read())
    except ValueError:
        raise InputWrong(problem=getattr(source, "name", "FILE")) from None
    keys = _keys(keys_file)
    checked = check_statement(document, keys)
    content = checked.content or {}
    shown = {
        name: content.get(name)
        for name in (
            "drawer_id", "clerk", "office", "status", "expected_vnd", "counted_vnd",
            "difference_vnd", "owed_vnd",
        )
    }  # fmt: skip
    answer = {"genuine": checked.is_genuine, "holds": checked.holds, "faults": [*checked.faults]}
    if not checked.holds:
        said = (texts().render(code, params, language) for code, params in checked.faults_said)
        faults = " ".join(said)
        words = texts().render("proof_not_genuine", {"faults": faults}, language)
        return Reply({**answer, **shown}, words, exit_code=EXIT_CHECK_FAILED)
    params = {
        "clerk": content["clerk"]["name"],
        "owed_vnd": content["owed_vnd"],
        "count": content["journal"]["count"],
    }
    return Reply({**answer, **shown}, texts().render("proof_genuine", params, language))


def _keys(path: Path | None) -> dict[str, bytes]:
    if path is None:
        return public_keys_of(KeyRing.load(HomeFolder(settings().home).keys))
    try:
        given = json.loads(path.read_text())["keys"]
        return {str(name): base64.b64decode(key, validate=True) for name, key in given.items()}
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise InputWrong(problem=path.name) from None
