"""The settings that name an object store: its address, whose requests, and who may read that."""

from pathlib import Path

import pytest

from config.blob_store import read_store_address
from config.settings import SettingsWrong, read_settings

URL = "https://store.example.vn/files"


@pytest.mark.parametrize(
    "url",
    [
        "http://store.example.vn/files",
        "https://store.example.vn",
        "https://key:secret@store.example.vn/files",
        "https://store.example.vn/files?zone=1",
        "s3://files",
    ],
)
def test_an_address_that_is_none_of_a_bucket_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"BUCKET|query"):
        read_store_address(url)


def test_an_address_names_bucket_prefix_and_region() -> None:
    read = read_store_address("https://s3.example.vn:9000/files/a/b/?region=vn-1")
    assert (read.bucket, read.prefix, read.region) == ("files", "a/b", "vn-1")
    assert str(read) == "https://s3.example.vn:9000/files/a/b"


@pytest.mark.parametrize("left_out", ["BLOB_STORE_URL", "BLOB_STORE_KEY_ID", "BLOB_STORE_SECRET"])
def test_address_and_credentials_go_together(tmp_path: Path, left_out: str) -> None:
    given = {"BLOB_STORE_URL": URL, "BLOB_STORE_KEY_ID": "k", "BLOB_STORE_SECRET": "s"}
    environment = {"POSTAL_BRIDGE_HOME": str(tmp_path), **given}
    assert read_settings(environment).blob_store_url == URL
    del environment[left_out]
    with pytest.raises(SettingsWrong, match="go together"):
        read_settings(environment)


def test_a_secret_in_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'blob_store_url = "{URL}"\nblob_store_key_id = "k"\nblob_store_secret = "s"\n')
    file.chmod(0o640)
    with pytest.raises(SettingsWrong, match="0600"):
        read_settings({"POSTAL_BRIDGE_HOME": str(tmp_path)})
    file.chmod(0o600)
    assert read_settings({"POSTAL_BRIDGE_HOME": str(tmp_path)}).blob_store_secret == "s"


def test_a_password_in_the_address_is_refused_unshown(tmp_path: Path) -> None:
    environment = {"POSTAL_BRIDGE_HOME": str(tmp_path), "BLOB_STORE_URL": "https://k:geheim@h/b"}
    with pytest.raises(SettingsWrong) as wrong:
        read_settings(environment)
    assert "blob_store_url" in str(wrong.value)
    assert "geheim" not in str(wrong.value)
