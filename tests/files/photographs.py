"""Photographs as telephones write them."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw


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


def a_scene(seed, size=(800, 600)):
    """A picture of something: shapes and the grain of a sensor, another for each ``seed``."""
    chance = Random(seed)
    image = Image.new("RGB", (800, 600), tuple(chance.randrange(256) for _ in range(3)))
    drawn = ImageDraw.Draw(image)
    for _ in range(14):
        x, y = chance.randrange(800), chance.randrange(600)
        shape = drawn.ellipse if chance.random() < 0.5 else drawn.rectangle
        box = (x, y, x + chance.randrange(40, 400), y + chance.randrange(40, 300))
        shape(box, fill=tuple(chance.randrange(256) for _ in range(3)))
    grain = Image.effect_noise((800, 600), 24).convert("RGB")
    return Image.blend(image, grain, 0.08).resize(size)


def taken(image, encoded="JPEG", **how):
    """An image as the bytes of a file."""
    out = BytesIO()
    image.save(out, encoded, **how)
    return out.getvalue()
