"""A kept file as the browser gets it: shown beside the page, under a name that tells nothing."""

from flask import Response

from postal_bridge.counter.opening_files import OpenedFile

ENDS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


def file_answer(opened: OpenedFile) -> Response:
    name = f'inline; filename="{opened.name}.{ENDS.get(opened.media_type, "bin")}"'
    headers = {"Content-Disposition": name}
    return Response(opened.content, mimetype=opened.media_type, headers=headers)
