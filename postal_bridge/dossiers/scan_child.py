"""Reads one scan from standard input in a process of its own, with limits, and cleans it.

Answers four bytes with the number of pages, then the cleaned content; any exit status but
0 means that it cannot be kept.
"""

import io
import resource
import struct
import sys

MEMORY_BYTES = 1_536 * 1024 * 1024  # address space; the working set stays far below
CPU_S = 15
SPARE_S = 5  # at the limit itself SIGXCPU ends it, and not what an outsider would send
MOST_PIXELS = 40_000_000
MOST_PAGES = 50
JPEG_QUALITY = 80
UNWANTED = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/XFA", b"/OpenAction")


def clean_picture(content: bytes) -> tuple[int, bytes]:
    """One page, encoded anew as JPEG without its metadata, upright."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(picture)
        if upright.has_transparency_data:  # a signature drawn on glass is read on white paper
            drawn = upright.convert("RGBA")
            upright = Image.new("RGBA", drawn.size, "white")
            upright.alpha_composite(drawn)
        upright = upright.convert("RGB")
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=JPEG_QUALITY)
    return 1, out.getvalue()


def check_pdf(content: bytes) -> tuple[int, bytes]:
    """The PDF itself, when it opens, has few pages and carries nothing that acts."""
    import pypdfium2

    if any(mark in content for mark in UNWANTED):
        raise ValueError("carries active content")
    document = pypdfium2.PdfDocument(content)
    try:
        pages = len(document)
        if not 0 < pages <= MOST_PAGES:
            raise ValueError("too many pages")
        document[0].render(scale=0.2).close()
    finally:
        document.close()
    return pages, content


def main(media_type: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + SPARE_S))
    content = sys.stdin.buffer.read()
    clean = check_pdf if media_type == "application/pdf" else clean_picture
    pages, kept = clean(content)
    sys.stdout.buffer.write(struct.pack(">I", pages) + kept)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
