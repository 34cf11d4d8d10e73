"""What is sent as a picture proves something only if it is one, and brings nothing else along."""

import base64
from io import BytesIO
from pathlib import Path

import pytest
from marshmallow import ValidationError
from PIL import Image

from postal_bridge.kernel.blobs import Blobs
from routes.schemas.counter import SignatureSchema
from routes.schemas.courier import PictureData
from tests.abuse.played import at_the_door, on_the_road
from tests.builders.pictures import a_picture, data_url

NO_PICTURES = {
    "a page of scripts behind the sign of WebP": b"RIFF<script>alert(1)</script>",
    "the sign of PNG alone": b"\x89PNG\r\n\x1a\n drawn",
    "the sign of JPEG and an archive": b"\xff\xd8\xffPK\x03\x04",
}


def a_bomb() -> bytes:
    out = BytesIO()
    Image.new("L", (9000, 9000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_picture_is_no_proof(what: str) -> None:
    with pytest.raises(ValidationError, match="picture_not_accepted"):
        PictureData().deserialize(data_url(NO_PICTURES[what]))


def test_a_picture_that_unpacks_to_a_room_full_is_refused() -> None:
    with pytest.raises(ValidationError, match="picture_not_accepted"):
        PictureData().deserialize(data_url(a_bomb()))


def test_the_place_of_the_house_does_not_ride_along() -> None:
    exif = Image.Exif()
    exif[0x010E] = "10.0152,105.7469"
    out = BytesIO()
    Image.new("RGB", (40, 20)).save(out, "JPEG", exif=exif)
    sent = out.getvalue() + b"<script>alert(1)</script>"
    assert b"105.7469" in sent
    kept = PictureData().deserialize(data_url(sent, "image/jpeg")).content
    assert b"105.7469" not in kept
    assert b"<script>" not in kept


def test_ink_on_glass_is_read_on_white_paper() -> None:
    out = BytesIO()
    drawn = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    drawn.putpixel((20, 10), (0, 0, 0, 255))
    drawn.save(out, "PNG")
    kept = Image.open(BytesIO(PictureData().deserialize(data_url(out.getvalue())).content))
    assert kept.getpixel((1, 1)) == (255, 255, 255)


def test_the_signature_of_a_slip_is_a_picture() -> None:
    for junk in NO_PICTURES.values():
        with pytest.raises(ValidationError):
            SignatureSchema().load({"how": "handwritten", "image": base64.b64encode(junk).decode()})
    given = SignatureSchema().load(
        {"how": "handwritten", "image": base64.b64encode(a_picture()).decode()}
    )
    assert given.image.startswith(b"\xff\xd8\xff")


def test_a_hand_over_signed_with_junk_moves_nothing(tmp_path: Path) -> None:
    played = on_the_road(tmp_path / "home")
    body = at_the_door(played)
    junk = NO_PICTURES["a page of scripts behind the sign of WebP"]
    refused = played.courier.ask("POST", "/hand-overs", json={**body, "mark": data_url(junk)})
    assert refused.status_code == 422
    done = played.courier.ask("POST", "/hand-overs", json={**body, "mark": data_url(a_picture())})
    assert done.status_code == 201
    with played.site.container.units.read() as uow:
        assert not list(Blobs(played.site.container.home.blobs).broken(uow))
    played.site.container.units.engine.dispose()
