"""`bin/bridge pay charges FILE`: a gateway's list of a day, for one who has that gateway."""

import json
from pathlib import Path

from click.testing import CliRunner

from routes.commands.entry import bridge
from routes.commands.speech import EXIT_CHECK_FAILED
from tests.routes.conftest import Service


def test_a_list_is_compared_where_there_is_such_a_gateway(service: Service, tmp_path: Path) -> None:
    home = service.container.settings.home
    source = tmp_path / "charges.csv"
    source.write_text("transaction,at,amount,note\nQG-X,2026-03-02T12:00:00+07:00,41000,none\n")
    words = ["pay", "charges", str(source), "--day", "2026-03-02", "--json"]
    env = {"POSTAL_BRIDGE_HOME": str(home)}
    lacking = CliRunner().invoke(bridge, [*words, "--provider", "vnpay"], env=env)
    assert lacking.exit_code == 3
    assert "vnpay_tmn_code" in json.loads(lacking.stderr or lacking.stdout)["error"]["detail"]
    settings = home / "settings.toml"
    settings.write_text('vnpay_tmn_code = "PBTEST03"\n')
    try:
        done = CliRunner().invoke(bridge, [*words, "--provider", "vnpay"], env=env)
    finally:
        settings.unlink()
    assert done.exit_code == EXIT_CHECK_FAILED
    (line,) = json.loads(done.stdout)["lines"]
    assert (line["fate"], line["why"]) == ("mismatch", "unknown_reference")
