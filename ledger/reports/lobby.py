"""公告栏张贴页: one page for the lobby, printed once a notice is sealed, by which any telephone can check the log against paper."""

import json
from hashlib import sha256
from pathlib import Path

from ledger.log import note
from ledger.log.tables import SignedHead
from ledger.noticeboard.tables import Notice
from ledger.periods import day_in_shanghai
from ledger.reports.paper import page, qr_code
from ledger.reports.pdf import render_pdf


def address(signed: SignedHead, page_url: str) -> str:
    """Where the QR code leads: the notice, with the size, the root and the key of its log behind the ``#``, which no server sees."""
    return f"{page_url}#paper={signed.tree_size}.{signed.root.hex()}.{note.fingerprint(signed.vkey)}"


def sheet(published: Notice, signed: SignedHead, *, page_url: str, fonts: Path) -> bytes:
    """The sheet as PDF: what is left of the fund, what was spent, what public revenue came in and which repairs were done
    in time, from the sealed bytes; and the log's number of records, its root, its key's fingerprint and when it was signed.

    ``signed`` covers the notice: a head from before its own seal would convict nobody.
    """
    html = page(
        "lobby.html",
        f=json.loads(published.body),
        published_on=day_in_shanghai(published.published_at),
        stays_until=published.must_stay_until,
        title=published.title_zh,
        title_en=published.title_en,
        version=published.version,
        size=signed.tree_size,
        root=note.paper_groups(signed.root.hex()),
        key=note.paper_groups(note.fingerprint(signed.vkey)),
        origin=signed.vkey.partition("+")[0],
        at=signed.signed_at,
        url=page_url,
        qr=qr_code(address(signed, page_url)),
    )
    return render_pdf(html, fonts=fonts, identifier=sha256(html.encode()).hexdigest())
