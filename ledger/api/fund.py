"""/communities/…/deposits: the maintenance fund. Its uses are in `uses`."""

from datetime import date
from typing import Any, Literal

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow
from ledger.api.door import Code, CommunityPath, Fen, In, once
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.fund.actions import NewDeposit, deposit
from ledger.fund.rules import DepositKind

fund_api = APIBlueprint(
    "fund",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class DepositIn(In):
    receipt_no: Code
    kind: Literal[DepositKind.FIRST, DepositKind.TOPUP, DepositKind.ESTABLISH] = Field(
        description="balances are brought over by a register or a workbook"
    )
    amount_fen: Fen
    on: date
    home: Code | None = None
    party: Code | None = Field(None, description="selling unit and building: unit@building")


@fund_api.post("/deposits", summary="Book a deposit into the fund (交存)")
@allow(Role.MANAGER)
def post_deposit(path: CommunityPath, body: DepositIn):  # type: ignore[no-untyped-def]
    """With its special receipt (165号令 Art. 34); a receipt is booked once."""

    def deed(session: Any) -> dict[str, Any]:
        new = NewDeposit(body.receipt_no, body.kind, body.amount_fen, body.on, body.home, body.party)
        done = deposit(session, path.community, [new], by=g.actor, at=g.now)
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)
