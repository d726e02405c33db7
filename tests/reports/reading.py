"""Reading what was printed, as a stranger's program would."""

import io
import re
from functools import cache

from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    """All text of a PDF without any white space, which printing puts and takes as it likes."""
    return "".join(pages_of(pdf))


@cache
def pages_of(pdf: bytes) -> tuple[str, ...]:
    return tuple(re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages)


def title_of(pdf: bytes) -> str:
    return str(PdfReader(io.BytesIO(pdf)).metadata.title)


def tags_of(pdf: bytes) -> set[str]:
    """The kinds of parts that a screen reader is told of: H1, P, Table, TH."""
    waiting, kinds = [PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"]], set()
    while waiting:
        part = waiting.pop().get_object()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            kinds |= {str(part["/S"]).strip("/")} if "/S" in part else set()
            waiting += [part["/K"]] if "/K" in part else []
    return kinds


def attached_to(pdf: bytes) -> dict[str, bytes]:
    return {name: bodies[0] for name, bodies in PdfReader(io.BytesIO(pdf)).attachments.items()}


def fonts_in(pdf: bytes) -> set[str]:
    """The fonts that a PDF names, without the tag of the subset, and whether each carries its glyphs."""
    fonts = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            embedded = "/FontFile2" in descendant["/FontDescriptor"].get_object()
            fonts.add(
                str(font.get_object()["/BaseFont"]).split("+")[-1] + ("" if embedded else " not embedded")
            )
    return fonts
