"""The public pages and the bytes behind them. Every route is a GET that writes nothing.

A further figure of the public page has to be published first: as a line of `ledger.disclosure.standing_notice_queries.standing`
for what holds today, of `ledger.disclosure.accounts_queries.gather` for a half-year; then its template shows it.

The app brings the database (``app.extensions["database"]``) and Flask-Babel with ``language`` as its locale
selector and ``TRANSLATIONS`` among its translation directories.
"""

import re
from base64 import b64encode
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug.routing import BaseConverter

from ledger.errors import LedgerError, Malformed, Unknown
from ledger.log import merkle, note
from ledger.log.queries import NoLog, NotSignedYet, head, latest_signed, leaf, proof, tiles
from ledger.log.signer import held_to_its_key
from ledger.log.tables import SignedHead
from ledger.noticeboard.queries import attachment, notice
from ledger.noticeboard.rules import STANDING
from ledger.noticeboard.tables import Notice
from ledger.periods import day_in_shanghai, has_national_calendar
from ledger.words import WORDS, ProvisionalDay, label, told
from public_site import notice_queries, sealed_figures
from public_site.sealed_figures import At

public = Blueprint(
    "public", __name__, static_folder="static", static_url_path="/static/site", template_folder="templates"
)
TRANSLATIONS = str(Path(__file__).parent / "translations")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
CSP_OF_FILES = {
    "image/svg+xml": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox",
    "text/csv": "default-src 'none'; frame-ancestors 'none'; sandbox",
    # a sandbox keeps browsers from showing a PDF at all
    "application/pdf": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
"""The files that a browser may show; any other is only for keeping."""

FOR_EVER = "public, max-age=31536000, immutable"
A_MINUTE = "public, max-age=60"
ASK_AGAIN = "no-cache"
LANGUAGES = ("zh", "en")
NEWEST = 10
PER_PAGE = 30
MANY = 8
"""With more communities than this the board has a search box."""

TAKEN = "about|api|desk|healthz|log|metrics|readyz|static"
"""Steps of addresses that are no community's code, and no notice's kind."""


class Segment(BaseConverter):
    """A code out of an address: short, without control characters, and none of the words that are taken."""

    regex = rf"(?!(?:{TAKEN})(?:/|\Z))[^/\x00-\x1f\x7f]{{1,100}}"


class VersionNumber(BaseConverter):
    """A version's number, as small as they are."""

    regex = "[1-9][0-9]{0,5}"

    def to_python(self, value: str) -> int:
        return int(value)


class SizesWrong(Malformed):
    code = "log-sizes-wrong"
    zh = "日志大小不对：要两个大于 0 的整数，前一个不超过后一个，后一个不超过最新签名的 {size} 条。"
    en = "The log sizes are wrong: two whole numbers above 0, the first not above the second, the second not above the newest signed size of {size}."


@public.record_once
def _know_segments(state: BlueprintSetupState) -> None:
    state.app.url_map.converters |= {"public_segment": Segment, "public_version": VersionNumber}


def language() -> str:
    """``en`` or ``zh``: what the address asks for, else the cookie, else what the browser prefers, else Chinese."""
    for asked in (request.args.get("lang"), request.cookies.get("lang")):
        if asked in LANGUAGES:
            return asked
    return request.accept_languages.best_match(LANGUAGES, "zh") or "zh"


def _large() -> bool:
    return (request.args.get("type") or request.cookies.get("type")) == "large"


def _for_templates() -> dict[str, Any]:
    """What every page has, also one that answers for an address that is none of ours."""
    spoken = language()

    def in_words(line: At) -> At:
        """The English words of a line of a body in English, its Chinese words otherwise."""
        return line["en"] if spoken == "en" and line["en"] else line["zh"]

    def name(place: At) -> At:
        return place["name_en"] if spoken == "en" and place["name_en"] else place["name"]

    def word(value: At | str, kind: str) -> str:
        return label(kind, value.raw if isinstance(value, At) else value, spoken)

    return {
        "spoken": spoken,
        "large": _large(),
        "switch": lambda **changed: "?" + urlencode({**request.args.to_dict(), **changed}),
        "static": _static,
        "in_words": in_words,
        "name": name,
        "day": lambda at: sealed_figures.day(at, spoken),
        "day_of": lambda at: told(day_in_shanghai(at), spoken),
        "date_words": lambda on: told(on, spoken),
        "title": lambda published: (
            published.title_en if spoken == "en" and published.title_en else published.title_zh
        ),
        "word": word,
        **{
            tool.__name__: tool
            for tool in (
                sealed_figures.hundredths,
                sealed_figures.wan,
                sealed_figures.count,
                sealed_figures.percent,
                sealed_figures.ratio,
                sealed_figures.grouped,
                sealed_figures.period_words,
                sealed_figures.plain,
            )
        },
    }


def _static(filename: str) -> str:
    """The address of a file of the site, with its digest, so that it may be kept for ever."""
    return url_for("public.static", filename=filename, v=digest_of(filename)[:16])


@lru_cache
def digest_of(filename: str) -> str:
    """SHA-256 of a file of the site."""
    return sha256((Path(__file__).parent / "static" / filename).read_bytes()).hexdigest()


def _reading() -> Any:
    return current_app.extensions["database"].reading()


def _page(template: str, **context: Any) -> Response:
    response = make_response(render_template(f"public/{template}", **_for_templates(), **context))
    response.headers["Cache-Control"] = A_MINUTE
    response.vary.update(("Accept-Language", "Cookie"))
    for cookie, known in (("lang", ("zh", "en")), ("type", ("large", "normal"))):
        asked = request.args.get(cookie)
        if asked in known:
            response.headers["Cache-Control"] = "private, no-store"
            response.set_cookie(
                cookie, asked, max_age=31_536_000, samesite="Lax", httponly=True, secure=request.is_secure
            )
    return response


def _bytes(body: bytes, media_type: str, keep: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers["Cache-Control"] = keep
    response.set_etag(sha256(body).hexdigest())
    response.make_conditional(request)
    return response


def _text(text: str, keep: str) -> Response:
    return _bytes(text.encode(), "text/plain; charset=utf-8", keep)


@public.after_request
def _guard(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if request.endpoint == "public.static" and response.status_code == 200:
        response.headers["Cache-Control"] = FOR_EVER if "v" in request.args else ASK_AGAIN
    return response


@public.errorhandler(LedgerError)
def _refusal(error: LedgerError) -> Response:
    status = 404 if isinstance(error, Unknown) else 400 if isinstance(error, Malformed) else 409
    return message(error.sentence(language()), status)


def message(sentence: str, status: int) -> Response:
    """A page that says one thing."""
    response = _page("message.html", sentence=sentence, status=status)
    response.status_code = status
    return response


@public.get("/<public_segment:community>/<path:rest>")
@public.get("/about/<path:rest>", defaults={"community": "about"})
def not_found(community: str, rest: str) -> Response:
    """An address under the board where nothing is: said in words."""
    return message(_("这个地址没有内容。可能是地址抄错了，也可能是这张公示还没有挂出来。"), 404)


@public.get("/")
def board() -> Response:
    """Every community that has something on the board, and what was published last."""
    search = "".join(letter for letter in request.args.get("q", "") if letter.isprintable()).strip()[:60]
    page = max(1, min(request.args.get("page", 1, type=int), 100_000))
    with _reading() as session:
        codes, total = notice_queries.communities(session, search, page, PER_PAGE)
        latest = [] if search or page > 1 else notice_queries.newest(session, NEWEST)
        called = notice_queries.names(session, {*codes, *(published.community for published in latest)})
    return _page(
        "board.html",
        communities=codes,
        total=total,
        called=called,
        latest=latest,
        search=search,
        searchable=bool(search) or total > MANY,
        page=page,
        pages=-(-total // PER_PAGE),
    )


@public.get("/about/verify")
def about() -> Response:
    """What proving means, and how to do it without trusting this server."""
    modules = (
        "verify-page.mjs",
        "verify.mjs",
        "figures.mjs",
        "sha2.mjs",
        "vendor/noble-ed25519.js",
        "check_notice.py",
    )
    return _page("about.html", digests=[(module, digest_of(module)) for module in modules])


@public.get("/<public_segment:community>/")
def community_board(community: str) -> Response:
    """What a community has published: its newest balances, then every notice by kind and period."""
    with _reading() as session:
        published = notice_queries.listed(session, community)
        newest_of = notice_queries.newest_of_kinds(session, community, (STANDING, *ACCOUNTS))
        if not published and not newest_of:
            return message(_("这里没有这个小区的公示。"), 404)
        called = notice_queries.names(session, {community})[community]
    _day, now = newest_of.get(STANDING, ("", {}))
    accounts = [newest_of[kind] for kind in ACCOUNTS if kind in newest_of]
    period, body = max(accounts, key=lambda of: str(of[1].get("last", "")), default=("", {}))
    newest: dict[tuple[str, str], int] = {}
    for publication in published:
        key = (publication.kind, publication.period)
        newest[key] = max(newest.get(key, 0), publication.version)
    kinds: dict[str, list[Notice]] = {kind: [] for kind in WORDS["notice"]}
    for publication in sorted(
        published, key=lambda n: (sealed_figures.period_end(n.period), n.version), reverse=True
    ):
        group = "half-year" if publication.kind in ACCOUNTS else publication.kind
        kinds.setdefault(group, []).append(publication)
    return _page(
        "community.html",
        community=community,
        called=called,
        kinds={kind: of for kind, of in kinds.items() if of},
        newest=newest,
        period=period,
        now=At(now),
        now_said=sealed_figures.Words(At(now), language()).word,
        **_drawn(body, known=body.get("v") in FORMATS),
    )


FORMATS = (1, 2)
ACCOUNTS = ("half-year", "year", "quarter", "month", "rolling")
"""The kinds of notices that are the accounts of a period: they are its length."""
TEMPLATES = {
    **dict.fromkeys(ACCOUNTS, "accounts.html"),
    "evaluation": "evaluation.html",
    STANDING: "standing.html",
}
"""The page of each kind of notice; any other is shown as its sealed text."""


def _drawn(body: dict[str, Any], *, known: bool = True) -> dict[str, Any]:
    """What a page draws a body from: its figures with their places, and its own words."""
    f = At(body)
    said = sealed_figures.Words(f, language())
    return {"f": f if known else None, "label": said.label, "said": said.word}


VERSION = "v<public_version:version>"
NOTICE = "/<public_segment:community>/<public_segment:kind>/<public_segment:period>"


@public.get(f"{NOTICE}/", defaults={"version": None})
@public.get(f"{NOTICE}/{VERSION}/")
def notice_page(community: str, kind: str, period: str, version: int | None) -> Response:
    """A notice, drawn from its sealed bytes."""
    with _reading() as session:
        published = notice(session, community, kind, period, version)
        versions = notice_queries.versions(session, published)
        before, newest = notice_queries.neighbours(session, published) if kind == STANDING else (None, None)
        stays_until = _stays_until(session, published)
        files = notice_queries.files(session, published)
        signed = latest_signed(session, community)
    body = notice_queries.content(published.body)
    known = body.get("v") in FORMATS and body.get("kind") == kind
    template = TEMPLATES.get(kind) if known else None
    return _page(
        template or "generic.html",
        community=community,
        called=notice_queries.name_in(body, community),
        published=published,
        versions=versions,
        before=before,
        newest=newest,
        files=files,
        stays_until=stays_until,
        **_drawn(body),
        raw="" if template else published.body.decode("utf-8", "replace"),
        head=_head(signed, published),
        base=url_for(
            "public.notice_page", community=community, kind=kind, period=period, version=published.version
        ),
    )


def _stays_until(session: Session, published: Notice) -> date:
    """Until when a notice stays at least. Accounts stay by working days: the day is provisional in a year of which the
    community's newest standing notice knows no official calendar yet."""
    until = published.must_stay_until
    if published.kind not in ACCOUNTS or has_national_calendar(until.year):
        return until
    _day, now = notice_queries.newest_of_kinds(session, published.community, (STANDING,)).get(
        STANDING, ("", {})
    )
    through = At(now)["calendar"]["official_through"].raw
    assumed = isinstance(through, int) and through < until.year
    return ProvisionalDay(until.year, until.month, until.day) if assumed else until


def _head(signed: SignedHead | None, published: Notice) -> dict[str, Any] | None:
    """The signed end of the log as the log box shows it; none while it does not cover the notice."""
    if signed is None or signed.tree_size <= published.leaf_index:
        return None
    held_to_its_key(signed, current_app.extensions.get("signer"))
    return {
        "origin": signed.vkey.partition("+")[0],
        "size": signed.tree_size,
        "root": signed.root.hex(),
        "fingerprint": note.fingerprint(signed.vkey),
        "signed_at": signed.signed_at,
    }


@public.get(f"{NOTICE}/body.json", defaults={"version": None})
@public.get(f"{NOTICE}/{VERSION}/body.json")
def body_json(community: str, kind: str, period: str, version: int | None) -> Response:
    """The sealed bytes, as they are."""
    with _reading() as session:
        published = notice(session, community, kind, period, version)
    return _bytes(published.body, "application/json", FOR_EVER if version else A_MINUTE)


@public.get(f"{NOTICE}/files/<public_segment:name>", defaults={"version": None})
@public.get(f"{NOTICE}/{VERSION}/files/<public_segment:name>")
def file(community: str, kind: str, period: str, version: int | None, name: str) -> Response:
    """A file beside a notice, as it was sealed. Only what cannot run here is shown; the rest is for keeping."""
    with _reading() as session:
        document = attachment(session, notice(session, community, kind, period, version), name)
    shown = CSP_OF_FILES.get(document.media_type)
    media_type = document.media_type if shown else "application/octet-stream"
    if media_type == "text/csv":
        media_type = "text/csv; charset=utf-8"
    response = _bytes(document.body, media_type, FOR_EVER if version else A_MINUTE)
    response.headers["Content-Security-Policy"] = shown or "default-src 'none'; sandbox"
    disposition = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(name, safe='')}"
    return response


@public.get(f"{NOTICE}/leaf", defaults={"version": None})
@public.get(f"{NOTICE}/{VERSION}/leaf")
def leaf_bytes(community: str, kind: str, period: str, version: int | None) -> Response:
    """The leaf that seals a notice, as it was hashed."""
    with _reading() as session:
        sealed_leaf = leaf(session, community, _leaf_index(session, community, kind, period, version))
    return _bytes(sealed_leaf.body, "application/octet-stream", FOR_EVER if version else A_MINUTE)


@public.get(f"{NOTICE}/proof", defaults={"version": None})
@public.get(f"{NOTICE}/{VERSION}/proof")
def notice_proof(community: str, kind: str, period: str, version: int | None) -> Response:
    """The tlog-proof of a notice's leaf against the newest signed checkpoint, or with ``size`` against that of paper."""
    asked = request.args.get("size", "")
    size = (int(asked) if re.fullmatch("[1-9][0-9]{0,15}", asked) else 0) if asked else None
    with _reading() as session:
        index = _leaf_index(session, community, kind, period, version)
        return _text(proof(session, community, index, size).text, ASK_AGAIN)


def _leaf_index(session: Session, community: str, kind: str, period: str, version: int | None) -> int:
    return notice(session, community, kind, period, version).leaf_index


@public.get("/<public_segment:community>/log/checkpoint")
def checkpoint(community: str) -> Response:
    """The newest signed checkpoint, as a signed note."""
    return _text(_signed(community).note, ASK_AGAIN)


@public.get("/<public_segment:community>/log/key")
def log_key(community: str) -> Response:
    """The key that signed it, as a C2SP verifier key."""
    return _text(_signed(community).vkey + "\n", ASK_AGAIN)


def _signed(community: str) -> SignedHead:
    with _reading() as session:
        signed = latest_signed(session, community)
        if signed is None:
            head(session, community)
            raise NotSignedYet(community=community, index=0)
    return held_to_its_key(signed, current_app.extensions.get("signer"))


@public.get("/<public_segment:community>/log/consistency")
def consistency(community: str) -> Response:
    """The proof that the log of ``old`` leaves begins the log of ``new``: a base64 line a hash."""
    said = (request.args.get(name, "") for name in ("old", "new"))
    old, new = (int(size) if re.fullmatch("[1-9][0-9]{0,15}", size) else 0 for size in said)
    with _reading() as session:
        signed = latest_signed(session, community)
        if signed is None:
            raise NoLog(community=community)
        if not 0 < old <= new <= signed.tree_size:
            raise SizesWrong(size=signed.tree_size)
        path = merkle.consistency_path(old, new, tiles(session, community))
    return _text("".join(f"{b64encode(node).decode()}\n" for node in path), FOR_EVER)
