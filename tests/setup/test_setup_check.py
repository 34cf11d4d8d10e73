"""What doctor asks: each finding can say no."""

import socket
from pathlib import Path

import pytest

from config.setup_check import (
    Finding,
    check_chromium,
    check_disk,
    check_glibc,
    check_home,
    check_port,
    check_postgresql,
    check_python,
    check_setup,
    check_socket,
    check_valkey,
)


@pytest.mark.parametrize(
    ("version", "fits"),
    [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False), ((4, 0), False)],
)
def test_only_the_supported_pythons_pass(version: tuple[int, int], fits: bool) -> None:
    assert check_python(version).ok is fits


@pytest.mark.parametrize(
    ("found", "fits"),
    [
        (("glibc", "2.36"), True),
        (("glibc", "2.28"), True),
        (("glibc", "2.9"), False),  # not "greater than 2.28" as a text would be
        (("", ""), False),  # musl
    ],
)
def test_a_c_library_too_old_for_the_server_is_named(found: tuple[str, str], fits: bool) -> None:
    assert check_glibc(found).ok is fits


def test_the_embedded_server_is_found() -> None:
    assert check_valkey().ok


def test_too_little_disk_is_named_with_its_figures(tmp_path: Path) -> None:
    assert check_disk(tmp_path / "not" / "there", needed_mb=1).ok
    finding = check_disk(tmp_path, needed_mb=10**12)
    assert not finding.ok
    assert finding.detail["needed_mb"] == 10**12


def test_a_home_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert check_home(tmp_path / "new" / "home").ok
    assert not check_home(tmp_path / "file" / "home").ok


def test_a_deep_home_is_fine_as_long_as_there_is_a_short_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 120)
    assert check_socket(tmp_path).ok
    assert check_socket(deep).ok
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    assert not check_socket(deep).ok


def test_a_port_in_use_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not check_port(port).ok
    assert check_port(port).ok


def test_what_is_optional_never_counts_as_needed(tmp_path: Path) -> None:
    for finding in (check_chromium(["no-such-browser"]), check_chromium(["sh"])):
        assert not finding.is_needed
    assert not check_chromium(["no-such-browser"]).ok
    assert check_chromium(["sh"]).ok
    (tmp_path / "15" / "bin").mkdir(parents=True)
    (tmp_path / "15" / "bin" / "initdb").touch()
    assert check_postgresql(tmp_path).ok
    assert not check_postgresql(tmp_path).is_needed


def test_every_finding_has_a_code_of_its_own(tmp_path: Path) -> None:
    findings: list[Finding] = check_setup(home=tmp_path, socket_folder=tmp_path, port=0)
    codes = [finding.code for finding in findings]
    assert len(set(codes)) == len(codes) == 10
