"""The VietQR that the command draws, read back by a decoder nobody here wrote."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from routes.commands.entry import bridge
from tests.browser.conftest import PageOf

pytestmark = pytest.mark.browser


def test_what_the_command_draws_is_what_a_phone_reads(page_of: PageOf, tmp_path: Path) -> None:
    if (reader := shutil.which("zbarimg")) is None:
        pytest.skip("no zbarimg on this machine: the QR is not read back")
    asked = ["--bin", "970436", "--account", "0123456789", "--amount", "30000"]
    words = ["pay", "vietqr", *asked, "--note", "H5614 260101 0001", "--json"]
    done = CliRunner().invoke(bridge, words)
    drawn = json.loads(done.stdout)
    page = page_of(None)
    page.set_viewport_size({"width": 360, "height": 740})
    page.set_content(f"<div style='width:300px;background:#fff'>{drawn['svg']}</div>")
    picture = tmp_path / "qr.png"
    page.locator("svg").screenshot(path=picture)
    read = subprocess.run(
        [reader, "-q", "--raw", str(picture)], capture_output=True, text=True, check=True
    )
    assert read.stdout.strip() == drawn["payload"]
    assert drawn["payload"].endswith("62210817H5614 260101 000163043A66")
