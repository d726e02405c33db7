"""A10: the same picture is known again by what it shows, not by its bytes."""

from itertools import combinations

import pytest
from PIL import ImageEnhance
from sqlmodel import select

from ledger.files.actions import erase_file, keep_file
from ledger.files.developing import develop, look_of
from ledger.files.queries import showing_the_same
from ledger.files.rules import JPEG, PNG, WEBP, FileKind, alike, is_alike
from ledger.files.tables import PictureLook
from tests.cast import HE, MEI, NOON
from tests.community import databases
from tests.factories import SHOT, a_community
from tests.files.photographs import a_photograph, a_scene, taken

shared, session = databases.shared, databases.session

PLACE = "meiyuan"
AGAIN = {
    "poorer": lambda scene: (taken(scene, quality=45), JPEG),
    "smaller": lambda scene: (taken(scene.resize((400, 300))), JPEG),
    "as a PNG": lambda scene: (taken(scene, "PNG"), PNG),
    "as a WebP": lambda scene: (taken(scene, "WEBP", quality=60), WEBP),
    "brighter": lambda scene: (taken(ImageEnhance.Brightness(scene).enhance(1.1)), JPEG),
    "a thin edge cut off": lambda scene: (taken(scene.crop((4, 3, 796, 597))), JPEG),
}


def look(body, kind=JPEG):
    return develop(body, kind).look


@pytest.mark.parametrize("how", AGAIN)
@pytest.mark.parametrize("seed", range(8))
def test_a10_the_same_picture_looks_the_same(how, seed):
    scene = a_scene(seed)

    assert is_alike(look(taken(scene)), look(*AGAIN[how](scene)))


def test_a10_other_pictures_look_otherwise():
    looks = [look(taken(a_scene(seed))) for seed in range(40)]

    assert not any(is_alike(one, other) for one, other in combinations(looks, 2))


def test_a10_a_picture_that_shows_nothing_is_like_no_other():
    assert look(a_photograph()) is None
    assert look_of(b"no picture") is None


def test_those_that_are_alike_are_found_in_groups():
    looks = {"a": "0" * 32, "b": f"{0b111:032x}", "c": f"{(1 << 128) - 1:032x}", "d": f"{0b1111111:032x}"}

    assert alike(looks) == [frozenset("abd")]
    assert alike({}) == []


def test_a10_what_a_picture_looks_like_is_kept_with_it_and_goes_with_it(session):
    a_community(session)
    scene = a_scene(1)
    first = keep_file(session, PLACE, taken(scene), "", FileKind.PHOTO, by=MEI, at=NOON).sha256
    second = keep_file(session, PLACE, taken(scene, quality=50), "", FileKind.PHOTO, by=MEI, at=NOON).sha256
    other = keep_file(session, PLACE, taken(a_scene(2)), "", FileKind.PHOTO, by=MEI, at=NOON).sha256
    assert first != second
    assert showing_the_same(session, PLACE) == [frozenset({first, second})]
    asked = keep_file(session, PLACE, taken(a_scene(3)), "", FileKind.PAPER, by=HE, at=NOON).sha256

    erase_file(session, PLACE, second, "本人要求", asked, by=HE, at=NOON)

    kept = set(session.exec(select(PictureLook.sha256)))
    assert kept == {first, other, asked, SHOT}
    assert showing_the_same(session, PLACE) == []
