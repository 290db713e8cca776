"""Draws pictures of one file, in a process of its own with little memory and time, which may fail and harm nothing.

    python drawing.py image|pdf SOURCE FOLDER

Writes FOLDER/0.webp (small) and 1.webp, 2.webp, … (pages), and prints how many pages there are. Knows nothing of the
rest of Kizuna: what strangers send is decoded here and nowhere else, and only what is drawn here is ever shown.
"""

from __future__ import annotations

import contextlib
import sys
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

MEMORY = 1536 * 1024 * 1024
SECONDS = 20
MOST_PIXELS = 80_000_000
MOST_PAGES = 10
PAGE = (1600, 1600)
SMALL = (96, 96)
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "MPO")


def confine() -> None:
    """No more memory, time and disk than a picture needs. Some systems know no such limits."""
    import resource

    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 64 * 1024 * 1024),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def of_image(source: str) -> tuple[list[Image.Image], int]:
    """The image as it is meant to be seen, turned as its camera was held. Of an animation, the first moment."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(source, formats=FORMATS) as image:
        image.draft("RGB", PAGE)
        return [fitted(ImageOps.exif_transpose(image), PAGE)], 1


def of_pdf(source: str) -> tuple[list[Image.Image], int]:
    """The first pages. Nothing in a PDF is run: PDFium is here without its JavaScript."""
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    drawn = []
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        scale = min(PAGE[0] / page.get_width(), PAGE[1] / page.get_height(), 4.0)
        drawn.append(fitted(page.render(scale=scale).to_pil(), PAGE))
    return drawn, len(document)


def fitted(image: Any, size: tuple[int, int]) -> Image.Image:
    """A copy without anything but its pixels, no larger than `size`; what is transparent stays so."""
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    found = image.convert("RGBA" if has_alpha else "RGB")
    found.thumbnail(size, Image.Resampling.LANCZOS)
    bare = Image.new(found.mode, found.size)
    bare.paste(found)
    return bare


def main(how: str, source: str, folder: str) -> int:
    pages, total = {"image": of_image, "pdf": of_pdf}[how](source)
    small = ImageOps.fit(pages[0], SMALL, Image.Resampling.LANCZOS, centering=(0.5, 0.0 if how == "pdf" else 0.5))
    for number, picture in enumerate([small, *pages]):
        picture.save(Path(folder) / f"{number}.webp", "WEBP", quality=82, method=3)
    return total


if __name__ == "__main__":
    if sys.platform != "win32":
        confine()
    sys.stdout.write(str(main(*sys.argv[1:])))
