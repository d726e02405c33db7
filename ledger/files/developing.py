"""Developing a picture: decoded, turned upright, made smaller, written anew with nothing but its pixels.

Colours are written as they are, without the profile of the device. The only place that knows Pillow.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from fractions import Fraction
from io import BytesIO
from threading import Lock
from typing import Any, NamedTuple

from PIL import Image, ImageFile, ImageOps

from ledger.files.rules import (
    JPEG,
    LARGEST_FILE,
    LONGEST_EDGE,
    MOST_PIXELS,
    PNG,
    WEBP,
    PictureTooLarge,
    PictureUnreadable,
)

_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_QUALITY = 85
_GREY = ("1", "L", "I", "F")
_LEAST = 16
"""Of the 128 bits of a look so many are set, and as many are not, where it shows anything to be known by."""
_MARGIN = 2
_CAMERA, _PLACE = 0x8769, 0x8825
_CAPTURED, _CHANGED = 36_867, 306


class Capture(NamedTuple):
    """When and where a picture says it was taken; millionths of a degree, north and east positive."""

    on: date | None = None
    latitude_e6: int | None = None
    longitude_e6: int | None = None


_DECODING = Lock()


class Developed(NamedTuple):
    """A picture as it may be shown, what it looks like (`look_of`), and what its file said of its making."""

    body: bytes
    look: str | None
    capture: Capture


def develop(body: bytes, media_type: str) -> Developed:
    """Decode a picture and write it anew in its format: upright, its longest edge 2,560 pixels at most, and half of that
    where it would still take more bytes than a file may.

    Raises:
        PictureUnreadable: it does not decode to its end.
        PictureTooLarge: it has more pixels than are decoded here.
    """
    try:
        with _to_its_end(), Image.open(BytesIO(body), formats=[_FORMATS[media_type]]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise PictureTooLarge(most=MOST_PIXELS // 10_000)
            capture = _capture(image)
            image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
            image.load()
            with suppress(Exception):  # what the file says of its making may be damaged, its pixels are not
                ImageOps.exif_transpose(image, in_place=True)
            written = _written(image, media_type)
            while len(written) > LARGEST_FILE:
                image.thumbnail((image.width // 2, image.height // 2))
                written = _written(image, media_type)
            return Developed(written, _look(image), capture)
    except PictureTooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise PictureTooLarge(most=MOST_PIXELS // 10_000) from error
    except Exception as error:  # a decoder that is fed a stranger's bytes fails in every way there is
        raise PictureUnreadable() from error


def look_of(body: bytes) -> str | None:
    """What a kept picture looks like; None where it shows nothing, or does not decode."""
    with suppress(Exception), Image.open(BytesIO(body), formats=list(_FORMATS.values())) as image:
        return _look(image)
    return None


def _look(image: Image.Image) -> str | None:
    """128 bits in hexadecimal, which stay nearly the same however large a picture is and however it is encoded: where
    each of 8 × 8 places is darker than its neighbour to the right and than the one below."""
    side = 9
    grey = image.convert("L").resize((side, side), Image.Resampling.LANCZOS)
    light = list(grey.tobytes())
    places = [row * side + column for row in range(side - 1) for column in range(side - 1)]
    bits = [light[place + step] - light[place] > _MARGIN for step in (1, side) for place in places]
    marked = sum(bit << place for place, bit in enumerate(bits))
    return f"{marked:032x}" if _LEAST <= marked.bit_count() <= len(bits) - _LEAST else None


@contextmanager
def _to_its_end() -> Iterator[None]:
    """While it lasts, half a picture is none; whoever draws pages in this process lets the library fill it up."""
    with _DECODING:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _written(image: Image.Image, media_type: str) -> bytes:
    if image.has_transparency_data and media_type != JPEG:
        mode = "RGBA"
    else:
        mode = "L" if image.mode.startswith(_GREY) else "RGB"
    clean = image.convert(mode)
    clean.info.clear()  # comments and profiles would be written again
    out = BytesIO()
    clean.save(out, _FORMATS[media_type], quality=_QUALITY)
    return out.getvalue()


def _capture(image: Image.Image) -> Capture:
    """What the file says; nothing where it says nothing or nonsense."""
    on = latitude = longitude = None
    with suppress(Exception):
        exif = image.getexif()
        stamp = str(exif.get_ifd(_CAMERA).get(_CAPTURED) or exif.get(_CHANGED))
        on = date.fromisoformat(stamp[:10].replace(":", "-"))
    with suppress(Exception):
        place = image.getexif().get_ifd(_PLACE)
        north, east = _angle(place[2], place[1] == "S"), _angle(place[4], place[3] == "W")
        if abs(north) <= 90_000_000 and abs(east) <= 180_000_000:
            latitude, longitude = north, east
    return Capture(on, latitude, longitude)


def _angle(parts: Any, negative: bool) -> int:
    """Degrees, minutes and seconds as millionths of a degree."""
    degrees = sum(
        (Fraction(int(part.numerator), int(part.denominator)) / 60**n for n, part in enumerate(parts)),
        Fraction(),
    )
    return round(degrees * 1_000_000) * (-1 if negative else 1)
