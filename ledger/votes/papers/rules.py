"""What is taken for a paper of a vote. Pure."""

from ledger.errors import Malformed, Unknown

KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}
LARGEST_PAPER = 8 * 1024 * 1024
"""Bytes."""


class PaperRefused(Malformed):
    code = "paper-refused"
    zh = "表决票、委托书和公示照片须是 JPEG、PNG 或 PDF，不超过 8 MB。"
    en = "A ballot sheet, a proxy or a photograph of a posting is a JPEG, PNG or PDF of at most 8 MB."


class NoPaper(Unknown):
    code = "no-paper"
    zh = "没有收到过摘要为 {sha256} 的表决材料，请先上传。"
    en = "No paper with the digest {sha256} was taken in; upload it first."


def media_type(body: bytes) -> str:
    """What a paper is, by its first bytes.

    Raises:
        PaperRefused: it is none of the accepted kinds, or larger than 8 MB.
    """
    found = next((kind for magic, kind in KINDS.items() if body.startswith(magic)), None)
    if found is None or len(body) > LARGEST_PAPER:
        raise PaperRefused()
    return found
