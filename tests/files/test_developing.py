"""A picture is what it shows: decoded, upright, of a size that can be sent, and silent about who took it where."""

import struct
from datetime import date
from io import BytesIO
from random import randbytes
from zlib import compress, crc32

import pytest
from PIL import Image

from ledger.files.developing import Capture, develop
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
from tests.files.photographs import a_photograph, opened

SHANGHAI = ("N", (31, 13, 48), "E", (121, 28, 12))


def a_png_said_to_be(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))

    header = struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xd8\xff" + b"x" * 21, JPEG),
        (a_photograph()[:-100], JPEG),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (a_photograph((640, 480), "PNG", colour="blue")[:-60], PNG),
        (a_png_said_to_be(100, 100), PNG),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", WEBP),
        (a_photograph(encoded="PNG"), JPEG),
    ],
    ids=["24 bytes", "cut", "head of a PNG", "cut PNG", "too few pixels", "head of a WebP", "another format"],
)
def test_a10_what_does_not_decode_to_its_end_is_no_picture(body, kind):
    with pytest.raises(PictureUnreadable):
        develop(body, kind)


@pytest.mark.parametrize("size", [(MOST_PIXELS + 1, 1), (10_000, 10_000), (60_000, 60_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(size):
    with pytest.raises(PictureTooLarge, match="6400"):
        develop(a_png_said_to_be(*size), PNG)


@pytest.mark.parametrize(("encoded", "kind"), [("JPEG", JPEG), ("PNG", PNG), ("WEBP", WEBP)])
def test_a10_nothing_of_the_device_or_the_place_stays_in_what_is_shown(encoded, kind):
    body = a_photograph(encoded=encoded, captured="2026:07:14 09:30:00", place=SHANGHAI)
    assert b"Ouyang" in body

    shown = develop(body, kind).body

    for trace in (b"Ouyang", b"Exif", b"eXIf", b"EXIF", b"a comment", b"2026"):
        assert trace not in shown
    assert not opened(shown).getexif()
    assert opened(shown).format == encoded


def test_a10_the_day_and_the_place_of_capture_are_kept_as_facts():
    body = a_photograph(captured="2026:07:14 09:30:00", place=SHANGHAI)

    assert develop(body, JPEG).capture == Capture(date(2026, 7, 14), 31_230_000, 121_470_000)


def test_south_and_west_are_negative():
    body = a_photograph(place=("S", (0, 30, 0), "W", (70, 0, 36)))

    assert develop(body, JPEG).capture == Capture(None, -500_000, -70_010_000)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"captured": "0000:00:00 00:00:00"},
        {"captured": "yesterday"},
        {"place": ("N", (99, 0, 0), "E", (0, 0, 0))},
        {"place": ("N", (1, 0), "E", ())},
    ],
    ids=["nothing", "no day", "words", "beyond the pole", "half a place"],
)
def test_nonsense_about_its_making_is_no_fact_and_no_refusal(claims):
    capture = develop(a_photograph(**claims), JPEG).capture

    assert capture.on is None
    assert capture.latitude_e6 in (None, 1_000_000)


def test_a_picture_is_turned_as_it_was_held():
    assert opened(develop(a_photograph((64, 48), orientation=6), JPEG).body).size == (48, 64)


@pytest.mark.parametrize(
    ("size", "shown"), [((5_120, 2_560), (2_560, 1_280)), ((300, 6_000), (128, 2_560)), ((64, 48), (64, 48))]
)
def test_a_large_picture_is_made_smaller_and_a_small_one_stays(size, shown):
    assert max(shown) <= LONGEST_EDGE
    assert opened(develop(a_photograph(size), JPEG).body).size == shown


def test_a10_what_would_still_be_too_large_as_a_file_is_halved():
    noise = Image.frombytes("RGB", (2_000, 2_000), randbytes(12_000_000))
    out = BytesIO()
    noise.save(out, "PNG")

    shown = develop(out.getvalue(), PNG).body

    assert len(out.getvalue()) > LARGEST_FILE > len(shown)
    assert opened(shown).size == (1_000, 1_000)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_way_of_writing_pixels_is_read(mode):
    body = a_photograph(encoded="PNG", mode=mode, colour=1)

    assert opened(develop(body, PNG).body).size == (64, 48)
    assert develop(body, PNG).body == develop(body, PNG).body


def test_a_picture_in_the_colours_of_print_is_read():
    assert opened(develop(a_photograph(mode="CMYK", colour=(0, 0, 0, 0)), JPEG).body).mode == "RGB"
