"""Small real pictures, as phones and signature pads make them."""

import base64
from io import BytesIO

from PIL import Image


def a_picture(kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 20), "white").save(out, kind)
    return out.getvalue()


def data_url(content: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
