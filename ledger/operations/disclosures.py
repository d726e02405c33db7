"""公示: the accounts of a period prepared, checked and published by three people."""

from collections.abc import Callable
from datetime import datetime

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import Role
from ledger.disclosure import actions
from ledger.disclosure.accounts_queries import disclosure, disclosures
from ledger.disclosure.rules import DisclosureState
from ledger.disclosure.tables import Disclosure
from ledger.fields import Out, PeriodText
from ledger.installation import Installation
from ledger.noticeboard.rules import ReadyNotice
from ledger.operations.circles import OFFICE, STREET
from ledger.operations.operation import (
    Call,
    Document,
    Field,
    File,
    Listing,
    Operation,
    Record,
    Said,
    by_another_than,
)
from ledger.periods import Period
from ledger.publishing import after_publication, draw_accounts
from ledger.reports import accounts


class DisclosureOut(Out):
    period: str
    version: int
    state: DisclosureState
    sha256: str
    prepared_by: str
    prepared_at: datetime
    checked_by: str | None
    checked_at: datetime | None
    published_by: str | None
    published_at: datetime | None
    why: str | None


class PublishedOut(Out):
    version: int
    sha256: str
    leaf: int = Limit(validation_alias="leaf_index")


def drawn(call: Call) -> ReadyNotice:
    """The files of the checked draft, before the transaction that publishes them."""
    return draw_accounts(call.session, call.installation, call.community, call.place["period"], by=call.by)


def draft_bytes(session: Session, community: str, period: PeriodText) -> File:
    """The figures of the newest draft, byte for byte as they will be published.

    Raises:
        NoDisclosure: none was prepared.
    """
    return File(disclosure(session, community, period).body, "application/json", "")


def draft_pdf(session: Session, community: str, period: PeriodText, *, installation: Installation) -> File:
    """The newest draft on paper, for whoever has to check it.

    Raises:
        NoDisclosure: none was prepared.
    """
    draft = disclosure(session, community, period)
    page_url = installation.page_url(community, Period.parse(period).kind, period)
    files = accounts.attachments(draft.body, fonts=installation.config.fonts, page_url=page_url)
    pdf = next(file for file in files if file.media_type == "application/pdf")
    return File(pdf.body, pdf.media_type, f"draft-{community}-{period}.pdf")


def in_state(state: DisclosureState) -> Callable[[Disclosure], bool]:
    return lambda draft: draft.state is state


DRAFT = Record(
    path="/disclosures/<period>/draft",
    title=Said("公示稿", "The draft of a disclosure"),
    roles=OFFICE,
    query=disclosure,
    gives=DisclosureOut,
    heading="period",
    state=("version", "state", "sha256"),
)

PREPARE = Operation(
    path="/disclosures/<period>",
    title=Said("编制公示稿", "Prepare a disclosure"),
    roles=(Role.MANAGER,),
    does=actions.prepare,
    gives=DisclosureOut,
    seals=("disclosure.prepared",),
    fields={
        "period": Field(
            Said("哪一期", "Period"),
            hint=Said(
                "半年、年度、季度、月份，或者滚动十二个月；要先结完这一期的账。没有公示的旧稿会被替换。",
                "A half-year, a year, a quarter, a month, or twelve months; all its months must be closed. A draft that is not published yet is replaced.",
            ),
        ),
        "why": Field(
            Said("更正的原因", "Why it is corrected"),
            hint=Said("第一次公示不填。", "Left out for the first version."),
        ),
    },
)

DECLARED = (
    Listing(
        path="/disclosures",
        title=Said("公示", "Disclosures"),
        roles=OFFICE,
        query=disclosures,
        gives=DisclosureOut,
        key="disclosures",
        record=DRAFT,
        columns=("period", "version", "state", "prepared_by", "checked_by", "published_by", "published_at"),
        empty=Said(
            "还没有公示稿。先结账，再由物业经理编制第一份。",
            "There is no draft yet; close the months, then let the manager prepare the first.",
        ),
    ),
    DRAFT,
    Document(
        path="/disclosures/<period>/draft.pdf",
        title=Said("公示稿打印版", "The draft as a PDF"),
        roles=OFFICE,
        makes=draft_pdf,
        media_types=("application/pdf",),
    ),
    Document(
        path="/disclosures/<period>",
        title=Said("公示稿数据", "The figures of the draft"),
        roles=OFFICE,
        makes=draft_bytes,
        media_types=("application/json",),
    ),
    PREPARE,
    Operation(
        path="/disclosures/<period>/check",
        title=Said("核对公示稿", "Check the draft"),
        roles=(Role.COMMITTEE, Role.AUDITOR),
        does=actions.check,
        gives=DisclosureOut,
        seals=("disclosure.checked",),
        on=DRAFT,
        offered=in_state(DisclosureState.PREPARED),
        reads="sha256",
        fits=by_another_than("prepared_by"),
        fields={
            "sha256": Field(
                Said("您读过的那一稿", "The draft that you read"),
                hint=Said(
                    "先读完公示稿再核对。编制的人不能核对。",
                    "Read the draft first. Whoever prepared it may not check it.",
                ),
            )
        },
        confirms=True,
    ),
    Operation(
        path="/disclosures/<period>/publication",
        title=Said("正式公示", "Publish it"),
        roles=(Role.COMMITTEE, STREET),
        does=actions.publish,
        gives=PublishedOut,
        seals=("disclosure", "disclosure.published"),
        on=DRAFT,
        offered=in_state(DisclosureState.CHECKED),
        fits=by_another_than("prepared_by", "checked_by"),
        method="PUT",
        confirms=True,
        prepares=drawn,
        afterwards=after_publication,
    ),
)
