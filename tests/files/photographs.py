"""Photographs as telephones write them."""

from io import BytesIO

from PIL import Image


def a_photograph(
    size=(64, 48), encoded="JPEG", *, mode="RGB", colour="red", orientation=None, captured=None, place=None
):
    """An encoded picture; ``place`` is degrees, minutes and seconds of latitude and longitude with N/S and E/W."""
    image = Image.new(mode, size, colour)
    exif = Image.Exif()
    exif[0x010F] = "Telephone of Ms Ouyang"
    if orientation:
        exif[0x0112] = orientation
    if captured:
        exif.get_ifd(0x8769)[36_867] = captured
    if place:
        exif.get_ifd(0x8825).update(zip((1, 2, 3, 4), place, strict=True))
    out = BytesIO()
    image.save(out, encoded, exif=exif, comment=b"a comment")
    return out.getvalue()


def opened(body):
    return Image.open(BytesIO(body))
