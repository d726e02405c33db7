"""A bank month through the JSON door: account, statement, suspense, reconciliation; each by whoever may."""

from io import BytesIO
from json import dumps

from openpyxl import load_workbook
from sqlmodel import select

from ledger.intake.register_workbook import written
from ledger.intake.tables import BankLine
from ledger.intake.workbooks.layout import BY_NAME
from tests.cast import AN, CHEN, HE, MEI, OUYANG, SU, WEN
from tests.desk.conftest import Visitor
from tests.doors import HOMES, sits_down
from tests.factories import SHA
from tests.intake.files import CMB_HEADER

PLACE = "/communities/meiyuan"
ROWS = (
    f"2025-06-03,CNY,36.00,36.00,转账汇款,欧阳,{HOMES[0]}\n"
    "2025-06-04,CNY,50.00,86.00,转账汇款,王总,谢谢\n"
    "2025-06-05,CNY,7.00,93.00,转账汇款,路人,付错了\n"
)
STATEMENT = ((CMB_HEADER + ROWS).encode(), "cmb.csv")
ACCOUNT = {"code": "cmb", "book": "fee", "bank": "招商银行", "number": "6225880100001111", "holder": "安和物业", "opened_on": "2025-01-01", "replaces": None}  # fmt: skip


def waiting(manager):
    lines = manager("GET", f"{PLACE}/suspense", 200)["lines"]
    return [{key: line[key] for key in ("account", "fingerprint", "occurrence")} for line in lines]


def test_a_bank_month_from_the_account_to_its_seal(as_):
    manager, committee, auditor = as_(MEI), as_(CHEN), as_(AN)

    manager("POST", f"{PLACE}/statements", 409, file=STATEMENT, profile="cmb", into="cmb")
    manager("POST", f"{PLACE}/accounts", 201, **ACCOUNT)
    manager("POST", f"{PLACE}/accounts/cmb/approval", 403)
    committee("POST", f"{PLACE}/accounts/cmb/approval", 201)
    outcome = manager("POST", f"{PLACE}/statements", 201, file=STATEMENT, profile="cmb", into="cmb")
    assert (outcome["matched"], outcome["suspense"]) == (1, 2)

    listed = auditor("GET", f"{PLACE}/suspense", 200)
    assert (listed["count"], listed["amount_fen"]) == (2, 57_00)
    wrong, right = waiting(manager)[::-1]
    parts = [{"home": HOMES[0], "amount_fen": 20_00}, {"home": HOMES[1], "amount_fen": 30_00}]
    manager("POST", f"{PLACE}/suspense/splits", 409, **right, parts=parts[:1], on="2025-06-09")
    manager("POST", f"{PLACE}/suspense/splits", 201, **right, parts=parts, on="2025-06-09")
    manager("POST", f"{PLACE}/suspense/returns", 201, **wrong, reason="付错小区")
    manager("POST", f"{PLACE}/suspense/returns/approvals", 403, **wrong, on="2025-06-30")
    committee("GET", f"{PLACE}/suspense", 403)
    [asked] = committee("GET", f"{PLACE}/suspense/returns/waiting", 200)["lines"]
    assert {name: asked[name] for name in wrong} == wrong
    committee("POST", f"{PLACE}/suspense/returns/approvals", 201, **wrong, on="2025-06-30")
    assert committee("GET", f"{PLACE}/suspense/returns/waiting", 200)["total"] == 0
    line = auditor("GET", f"{PLACE}/suspense/lines/{wrong['account']}/{wrong['fingerprint']}/1", 200)
    assert [step["action"] for step in line["steps"]] == ["return_asked", "returned"]

    month = f"{PLACE}/reconciliations/fee/bank/2025-06"
    balances = [{"account": "cmb", "closing_fen": 93_00}, {"account": "bank", "closing_fen": 0}]
    sheet = manager("PUT", month, 201, statements=balances)
    assert (sheet["book_fen"], sheet["bank_fen"], sheet["unexplained_fen"]) == (86_00, 93_00, -7_00)
    committee("POST", f"{month}/confirmation", 409, digest=sheet["digest"])
    (item,) = sheet["items"]
    reasons = [{"item": item["item"], "reason": "退款银行 7 月 1 日划出"}]
    sheet = manager("PUT", month, 201, statements=balances, reasons=reasons)
    manager("POST", f"{month}/confirmation", 403, digest=sheet["digest"])
    committee("POST", f"{month}/confirmation", 201, digest=sheet["digest"])
    sealed = auditor("GET", month, 200)
    assert (sealed["confirmed_by"], sealed["items"][0]["reason"]) == ("chen", "退款银行 7 月 1 日划出")
    manager("PUT", month, 409, statements=balances, reasons=reasons)


def test_a_statement_imported_by_mistake_is_taken_back_once_and_goes_where_it_belongs(as_):
    manager, auditor = as_(MEI), as_(AN)
    manager("POST", f"{PLACE}/accounts", 201, **ACCOUNT)
    as_(CHEN)("POST", f"{PLACE}/accounts/cmb/approval", 201)
    manager("POST", f"{PLACE}/statements", 201, file=STATEMENT, profile="cmb", into="bank")
    [wrong] = auditor("GET", f"{PLACE}/statements", 200)["statements"]
    path = f"{PLACE}/statements/{wrong['sha256']}"
    for actor in (CHEN, AN, OUYANG, SU, WEN):
        as_(actor)("POST", f"{path}/taking-back", 403, reason="导错账户")

    taken = manager("POST", f"{path}/taking-back", 201, key="taken-back-1", reason="导错账户")

    assert (taken["lines"], taken["entries"], taken["taken_back_by"]) == (3, 3, "mei")
    assert manager("POST", f"{path}/taking-back", 201, key="taken-back-1", reason="导错账户") == taken
    assert (
        manager("POST", f"{path}/taking-back", 409, reason="导错账户")["code"]
        == "statement-taken-back-before"
    )
    assert manager("GET", f"{PLACE}/suspense", 200)["count"] == 0
    outcome = manager("POST", f"{PLACE}/statements", 201, file=STATEMENT, profile="cmb", into="cmb")
    assert (outcome["known"], outcome["matched"], outcome["suspense"]) == (0, 1, 2)
    assert manager("POST", f"{path}/taking-back", 201, key="taken-back-1", reason="导错账户") == taken
    shown = auditor("GET", path, 200)
    assert (shown["account"], shown["taken_back_no"]) == ("cmb", None)
    manager("POST", f"{PLACE}/statements/{'0' * 64}/taking-back", 404, reason="没有这份")

    desk = Visitor(manager.client)
    sits_down(desk.client, MEI)
    assert "cmb.csv" in desk.get("/desk/meiyuan/statements").text
    form = f"/desk/meiyuan/do/statements/{wrong['sha256']}/taking-back"
    assert form in desk.get(f"/desk/meiyuan/statements/{wrong['sha256']}").text
    assert desk.fill(form, reason="还是不对").status_code == 302
    assert auditor("GET", path, 200)["taken_back_no"] == 2
    assert form not in desk.get(f"/desk/meiyuan/statements/{wrong['sha256']}").text


def test_a2_a_line_that_never_was_is_voided_by_two_and_the_month_reconciles(as_):
    manager, committee, auditor = as_(MEI), as_(CHEN), as_(AN)
    rows = f"2025-06-03,CNY,36.00,,转账,欧阳,{HOMES[0]}\n2025-06-04,CNY,50.00,,转账,王总,谢谢\n"
    content = (CMB_HEADER + rows).encode()
    manager("POST", f"{PLACE}/statements", 201, file=(content, "a.csv"), profile="cmb", into="bank")
    [wrong] = waiting(manager)
    voidings = f"{PLACE}/statement-lines/voidings"
    said = {**wrong, "reason": "银行没有这一笔"}

    manager("POST", voidings, 422, **said)
    for actor in (CHEN, AN, OUYANG, SU, WEN):
        as_(actor)("POST", voidings, 403, **said, paper=SHA)
    assert manager("POST", voidings, 201, **said, paper=SHA)["asked_by"] == "mei"
    [asked] = committee("GET", f"{voidings}/waiting", 200)["lines"]
    assert {name: asked[name] for name in wrong} == wrong
    for actor in (MEI, AN, OUYANG, SU):
        as_(actor)("POST", f"{voidings}/confirmations", 403, **wrong)
    committee("POST", f"{voidings}/confirmations", 201, **wrong)
    committee("POST", f"{voidings}/confirmations", 409, **wrong)

    line = auditor("GET", f"{PLACE}/suspense/lines/bank/{wrong['fingerprint']}/1", 200)
    assert (line["state"], [step["action"] for step in line["steps"]]) == ("voided", ["void_asked", "voided"])
    assert "bank-line.voided" in {
        entry["what"] for entry in auditor("GET", f"{PLACE}/entries", 200)["entries"]
    }
    assert manager("GET", f"{PLACE}/suspense", 200)["count"] == 0
    again = manager(
        "POST", f"{PLACE}/statements", 201, file=(content + b"\n", "b.csv"), profile="cmb", into="bank"
    )
    assert (again["known"], again["matched"], again["suspense"]) == (2, 0, 0)
    balances = [{"account": "bank", "closing_fen": 36_00}]
    month = f"{PLACE}/reconciliations/fee/bank/2025-06"
    sheet = manager("PUT", month, 201, statements=balances)
    assert (sheet["bank_fen"], sheet["unexplained_fen"]) == (36_00, 0)
    committee("POST", f"{month}/confirmation", 201, digest=sheet["digest"])


def test_a7_what_was_odd_is_said_with_row_and_value_of_an_import_and_of_a_mapping(as_):
    manager = as_(MEI)
    summed = (
        f"日期,收支,金额,付款人,备注\n2026-07-03,转入,36.00,欧阳,{HOMES[0]}\n本页小计,,36.00,,\n".encode()
    )
    unknown = summed.replace("转入".encode(), "划转".encode())
    mapping = manager("POST", f"{PLACE}/statement-profiles/proposals", 200, file=(summed, "x.csv"))["mapping"]
    own = {"name": "own", "mapping": dumps(mapping)}
    summed_up = (
        "“本页小计”是合计或结转，没有当作流水 / “本页小计” is a sum or carried over: not read as a line"
    )

    saved = manager("POST", f"{PLACE}/statement-profiles", 201, file=(summed, "x.csv"), **own)
    outcome = manager("POST", f"{PLACE}/statements", 201, file=(summed, "x.csv"), profile="own", into="bank")
    refused = manager("POST", f"{PLACE}/statements", 422, file=(unknown, "x.csv"), profile="own", into="bank")

    assert saved["oddities"] == outcome["oddities"] == [{"row": 3, "odd": summed_up}]
    assert (outcome["matched"], outcome["warnings"]) == (1, 1)
    assert "划转" in refused["title"]
    assert str(refused["facts"]["problems"][0]["row"]) == "2"


def test_who_may_not(as_):
    for actor in (WEN, OUYANG, HE, SU):
        caller = as_(actor)
        caller("POST", f"{PLACE}/accounts", 403, **ACCOUNT)
        caller("POST", f"{PLACE}/statements", 403, file=STATEMENT, profile="cmb", into="bank")
        caller("GET", f"{PLACE}/suspense", 403)
        caller("PUT", f"{PLACE}/reconciliations/fee/bank/2025-06", 403, statements=[])
        caller("POST", f"{PLACE}/reconciliations/fee/bank/2025-06/confirmation", 403, digest="0" * 64)
    as_(OUYANG)("GET", f"{PLACE}/accounts", 403)


def test_a_mapping_is_proposed_confirmed_and_used_through_the_door(as_, database):
    manager = as_(MEI)
    content = f"日期,金额,付款人,备注\n2026-07-03,36.00,欧阳,{HOMES[0]}\n".encode()

    proposal = manager("POST", f"{PLACE}/statement-profiles/proposals", 200, file=(content, "x.csv"))
    assert proposal["candidates"]["occurred"] == ["日期"]
    mapping = '{"columns": {"occurred": ["日期"], "amount": ["金额"], "remark": ["备注"]}}'
    for wrong, status in (("nonsense", 422), ('{"columns": {"occurred": ["日期"]}}', 422)):
        manager(
            "POST", f"{PLACE}/statement-profiles", status, file=(content, "x.csv"), name="own", mapping=wrong
        )
    manager("POST", f"{PLACE}/statement-profiles", 201, file=(content, "x.csv"), name="own", mapping=mapping)
    outcome = manager("POST", f"{PLACE}/statements", 201, file=(content, "x.csv"), profile="own", into="bank")

    assert outcome["matched"] == 1
    assert [profile["name"] for profile in manager("GET", f"{PLACE}/statement-profiles", 200)["own"]] == [
        "own"
    ]
    with database.reading() as session:
        assert session.exec(select(BankLine)).one().home == HOMES[0]


def test_a_workbook_goes_out_and_comes_in_through_the_door(as_):
    manager = as_(MEI)
    content = written(
        "x",
        (),
        [BY_NAME["charges"]],
        {"charges": [{"home": HOMES[0], "month": "2025-06", "amount_fen": 36_00}]},
    )
    wrong = written(
        "x", (), [BY_NAME["charges"]], {"charges": [{"home": "9-9-999", "month": "2025-06", "amount_fen": 1}]}
    )

    for sheet in ("template", ""):
        assert manager("GET", f"{PLACE}/workbook/{sheet}".rstrip("/"), 200).startswith(b"PK")
    refused = manager("POST", f"{PLACE}/workbook", 422, file=(wrong, "x.xlsx"))
    assert "9-9-999" in str(refused["facts"])
    outcome = manager("POST", f"{PLACE}/workbook", 201, file=(content, "x.xlsx"))
    assert (outcome["rows"], outcome["fresh"]) == ({"charges": 1}, True)
    out = manager("GET", f"{PLACE}/workbook?sheets=charges", 200)
    assert load_workbook(BytesIO(out))["历史应收"]["A2"].value == HOMES[0]
    manager("GET", f"{PLACE}/workbook?sheets=nothing", 404)
    for actor in (WEN, OUYANG, HE):
        as_(actor)("GET", f"{PLACE}/workbook", 403)
        as_(actor)("POST", f"{PLACE}/workbook", 403, file=(content, "x.xlsx"))
