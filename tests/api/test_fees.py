"""The property fee through the door: by the right people, refused to the wrong ones."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from ledger.community.queries import homes
from ledger.community.role_rules import Role
from ledger.community.rules import FirmKind
from ledger.community.tables import ServiceContract
from ledger.fees.queries import home_statement
from ledger.fees.rules import Basis
from ledger.fees.tables import Tariff
from ledger.journal.month_actions import close_month
from ledger.noticeboard.actions import publish_notice
from ledger.noticeboard.rules import NewNotice, digest
from ledger.periods import Month, day_in_shanghai
from ledger.votes.actions import announce, cast, close_motion
from ledger.votes.rules import Choice, Matter, NewMotion
from tests.cast import AN, CHEN, HE, MEI, NOON, OUYANG, SU, WEN
from tests.desk.conftest import Visitor
from tests.doors import HOMES, sits_down, wait
from tests.factories import SHA, a_community, a_firm
from tests.fees.homes import charge, day

FEES = "/communities/meiyuan/fees"
HOME = HOMES[0]
PROOF = SHA


def charged(as_, *months):
    for month in months or ("2026-06", "2026-07"):
        as_(MEI)("POST", f"/communities/meiyuan/months/{month}/charges", 201)


def paid(as_, fen, reference="P-1", on="2026-07-20", expect=201, home=HOME, **more):
    return as_(MEI)(
        "POST", f"{FEES}/payments", expect, reference=reference, home=home, amount_fen=fen, on=on, **more
    )


def account(as_, home=HOME, who=MEI):
    return as_(who)("GET", f"{FEES}/homes/{home}", 200)


def a_contract(database, **terms):
    with database.writing() as session:
        a_firm(session, "wuye", FirmKind.PROPERTY)
        session.add(
            ServiceContract(
                community="meiyuan", number="C-1", firm="wuye", starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31),
                **terms,
            )
        )  # fmt: skip


def a_resolution(database, code="M-1"):
    with database.writing() as session:
        everyone = homes(session, "meiyuan")
        new = NewMotion(code, Matter.OTHER, "?", date(2026, 7, 15), date(2026, 7, 16))
        announce(session, "meiyuan", new, everyone, by=CHEN, at=day(2026, 6, 20))
        cast(session, "meiyuan", code, dict.fromkeys(HOMES, Choice.YES), by=HE, at=NOON)
        close_motion(session, "meiyuan", code, by=CHEN, at=NOON)


def on_the_first_of_november(app):
    """The door's clock may not be before what the test says happened."""
    wait(app, max(0, (date(2026, 11, 1) - datetime.now(UTC).date()).days))


def test_a_payment_pays_what_its_payer_names_and_is_put_right(as_):
    charged(as_)
    wrong = paid(as_, 36_00, months=["2026-07"])
    assert [debt["month"] for debt in account(as_)["owed"]] == ["2026-06"]
    paid(as_, 1_00, "P-2", months=["2026-07"], expect=409)

    correction = {"home": HOMES[1], "amount_fen": 36_00, "on": "2026-07-20", "reason": "错户"}
    as_(MEI)("POST", f"{FEES}/payments/{wrong['entry']}/correction", 201, reference="P-3", **correction)

    assert account(as_)["owed_fen"] == 72_00
    assert account(as_, HOMES[1])["owed_fen"] == 36_00


def test_a_waiver_is_asked_for_by_the_manager_and_granted_by_somebody_else(as_):
    charged(as_)
    request = {"kind": "service_defect", "first": "2026-06", "last": "2026-07", "basis": "电梯停用"}
    as_(MEI)("POST", f"{FEES}/waivers", 201, code="W-1", home=HOME, percent=10, **request)
    assert as_(MEI)("POST", f"{FEES}/waivers/W-1/approval", 403)["code"] == "same-person"

    as_(CHEN)("POST", f"{FEES}/waivers/W-1/approval", 201)

    assert account(as_)["owed_fen"] == 64_80
    as_(CHEN)("POST", f"{FEES}/waivers/W-1/withdrawal", 201, reason="误批")
    assert account(as_)["owed_fen"] == 72_00
    as_(CHEN)("POST", f"{FEES}/waivers/W-1/rejection", 409, reason="晚了")
    as_(MEI)("POST", f"{FEES}/waivers", 422, code="W-2", home=HOME, percent=10, amount_fen=5, **request)
    as_(MEI)("POST", f"{FEES}/waivers", 404, code="W-3", home="9-9-999", percent=10, **request)
    vacant = {**request, "kind": "vacant"}
    assert (
        "944"
        in as_(MEI)("POST", f"{FEES}/waivers", 409, code="W-4", home=HOME, percent=10, **vacant)["article"]
    )
    waivers = as_(CHEN)("GET", f"{FEES}/waivers", 200)["waivers"]
    assert [(waiver["code"], waiver["state"]) for waiver in waivers] == [("W-1", "withdrawn")]


def test_a_refund_takes_two_people(as_):
    receipt = paid(as_, 50_00)["entry"]
    request = {"home": HOME, "receipt": receipt, "ground": "overpaid"}
    as_(MEI)("POST", f"{FEES}/refunds", 201, code="R-1", amount_fen=20_00, **request)
    as_(MEI)("POST", f"{FEES}/refunds/R-1/approval", 403)

    as_(CHEN)("POST", f"{FEES}/refunds/R-1/approval", 201)

    assert account(as_)["prepaid_fen"] == 30_00
    as_(MEI)("POST", f"{FEES}/refunds", 409, code="R-2", amount_fen=30_01, **request)
    as_(MEI)("POST", f"{FEES}/refunds", 201, code="R-3", amount_fen=30_00, **request)
    as_(CHEN)("POST", f"{FEES}/refunds/R-3/rejection", 201)
    as_(CHEN)("POST", f"{FEES}/refunds/R-3/approval", 409)
    refunds = as_(MEI)("GET", f"{FEES}/refunds", 200)["refunds"]
    assert [refund["state"] for refund in refunds] == ["paid", "rejected"]
    assert as_(MEI)("GET", f"{FEES}/owed-back", 200)["owed_back"] == []


def test_arrears_are_demanded_step_by_step_and_never_by_force(app, as_, database):
    a_contract(database)
    charged(as_)
    as_(CHEN)("POST", f"{FEES}/terms", 201, contract="C-1", charges_from="2026-01-01", late_daily_e6=3_000)
    on_the_first_of_november(app)
    sent = [{"home": HOME, "channel": "signed", "proof": PROOF}]
    refused = as_(MEI)(
        "POST", f"{FEES}/demands", 409, code="D-0", measure="cut_water", on="2026-08-01", deliveries=sent
    )
    assert "944" in refused["article"]

    as_(MEI)("POST", f"{FEES}/demands", 201, code="D-1", measure="reminder", on="2026-08-01", deliveries=sent)
    urging = {"measure": "committee_urging", "deliveries": sent}
    as_(MEI)("POST", f"{FEES}/demands", 403, code="D-2", on="2026-09-01", **urging)
    as_(CHEN)("POST", f"{FEES}/demands", 409, code="D-2", on="2026-08-31", **urging)
    as_(CHEN)("POST", f"{FEES}/demands", 201, code="D-2", on="2026-09-01", **urging)
    as_(MEI)("POST", f"{FEES}/late-fees", 201, homes=[HOME], until="2026-10-01")
    as_(MEI)("POST", f"{FEES}/awards", 201, home=HOME, month="2026-06", amount_fen=50_00, document=PROOF)

    first = as_(SU)("GET", f"{FEES}/debtors", 200)["debtors"][0]
    late = 3600 * 93 * 39 // 365_000 + 3600 * 62 * 39 // 365_000
    assert (first["home"], first["fee_fen"], first["surcharge_fen"]) == (HOME, 72_00, 50_00 + late)
    assert (first["step"], first["claim"]) == ("committee_urging", "running")
    for stranger in (OUYANG, WEN, CHEN):
        as_(stranger)("GET", f"{FEES}/debtors", 403)


def test_no_late_fee_grows_in_a_dispute_and_the_firm_does_not_end_it(as_, database):
    a_contract(database)
    charged(as_, "2026-05")
    as_(CHEN)("POST", f"{FEES}/terms", 201, contract="C-1", charges_from="2026-01-01", late_daily_e6=3_000)
    dispute = {"home": HOME, "first": "2026-05", "last": "2026-05", "on": "2026-06-01", "reason": "保洁"}
    as_(MEI)("POST", f"{FEES}/disputes", 201, code="D-1", **dispute)

    nothing = as_(MEI)("POST", f"{FEES}/late-fees", 201, homes=[HOME], until="2026-07-01")
    assert nothing == {"nothing_due": True}
    as_(MEI)("POST", f"{FEES}/disputes/D-1/end", 403, on="2026-07-01")
    as_(HE)("POST", f"{FEES}/disputes/D-1/end", 201, on="2026-07-01")
    assert as_(HE)("GET", f"{FEES}/disputes/D-1", 200)["ended_on"] == "2026-07-01"
    as_(OUYANG)("GET", f"{FEES}/disputes", 403)


def test_a_price_is_what_the_owners_passed(as_, database):
    price = {"since": "2027-01-01", "basis": "package", "rate_e4": 180_000, "items": ["保洁", "秩序"]}
    as_(CHEN)("POST", f"{FEES}/tariffs", 409, reference="M-1", **price)
    a_resolution(database)
    as_(MEI)("POST", f"{FEES}/tariffs", 403, reference="M-1", **price)

    as_(CHEN)("POST", f"{FEES}/tariffs", 201, reference="M-1", **price)

    tariffs = as_(OUYANG)("GET", f"{FEES}/tariffs", 200)["tariffs"]
    assert (tariffs[-1]["basis"], tariffs[-1]["items"]) == ("package", ["保洁", "秩序"])


def test_under_remuneration_a_budget_is_voted_spent_and_told_to_everybody(app, as_, database):
    a_contract(database, lump_sum=False)
    a_resolution(database)
    as_(CHEN)("POST", f"{FEES}/terms", 201, contract="C-1", charges_from="2026-01-01", remuneration_e4=1_000)
    as_(CHEN)("POST", f"{FEES}/budgets/2026", 409, lines={"major_repair": 1}, motion="M-1")
    as_(CHEN)("POST", f"{FEES}/budgets/2026", 201, lines={"staff": 600_00}, motion="M-1")
    charged(as_)
    paid(as_, 72_00)
    as_(MEI)(
        "POST",
        f"{FEES}/costs",
        201,
        line="staff",
        amount_fen=9_00,
        on="2026-07-25",
        voucher="V-1",
        payee="wuye",
    )
    as_(MEI)("POST", f"{FEES}/months/2026-07/remuneration", 403)

    as_(CHEN)("POST", f"{FEES}/months/2026-07/remuneration", 201)

    report = as_(OUYANG)("GET", f"{FEES}/budgets/2026", 200)
    assert report["lines"] == [{"line": "staff", "budget_fen": 600_00, "actual_fen": 9_00}]
    assert (report["income_fen"], report["remuneration_fen"]) == (432_00, 7_20)
    assert report["surplus_fen"] == 432_00 - 9_00 - 7_20


def test_a_voucher_that_was_reversed_is_entered_again_and_what_was_sent_before_is_not(as_, database):
    charged(as_)
    paid(as_, 72_00)
    cost = {"line": "staff", "on": "2026-07-25", "voucher": "V-1", "payee": "wuye"}
    wrong = as_(MEI)("POST", f"{FEES}/costs", 201, key="the-wrong-one", amount_fen=90, **cost)
    reversal = f"/communities/meiyuan/entries/{wrong['entry']}/reversal"
    as_(MEI)("POST", reversal, 201, reason="少了一位")

    again = as_(MEI)("POST", f"{FEES}/costs", 201, key="the-wrong-one", amount_fen=90, **cost)
    right = as_(MEI)("POST", f"{FEES}/costs", 201, key="the-right-one", amount_fen=9_00, **cost)
    twice = as_(MEI)("POST", f"{FEES}/costs", 201, key="a-third-key", amount_fen=9_00, **cost)

    assert again == wrong
    assert right["entry"] != wrong["entry"]
    assert twice == right
    assert as_(OUYANG)("GET", f"{FEES}/budgets/2026", 200)["cost_fen"] == 9_00


def test_a_mode_is_begun_by_the_street_and_an_emergency_ends(as_):
    emergency = {"mode": "emergency", "since": "2026-07-01", "reference": "街道通知"}
    as_(MEI)("POST", f"{FEES}/modes", 403, until="2027-01-01", **emergency)
    as_(SU)("POST", f"{FEES}/modes", 409, until="2027-01-02", **emergency)

    as_(SU)("POST", f"{FEES}/modes", 201, until="2027-01-01", **emergency)

    (mode,) = as_(OUYANG)("GET", f"{FEES}/modes", 200)["modes"]
    assert (mode["mode"], mode["until"], mode["answers"]) == ("emergency", "2027-01-01", "appointed_firm")


def test_a_bundle_shares_a_cost_only_among_communities_whose_manager_asks(as_, database):
    with database.writing() as session:
        a_community(session, "guihua")
        for place in ("meiyuan", "guihua"):
            publish_notice(
                session,
                place,
                NewNotice(
                    "sharing-rule",
                    "2026",
                    titles=("分摊", "Rule"),
                    body=b"{}",
                    attachments=(),
                    must_stay_until=date(2026, 12, 31),
                ),
                by=MEI,
                at=NOON,
            )
    cost = {
        "communities": ["guihua"], "line": "order", "total_fen": 10_00, "share_by": "area", "on": "2026-07-20", "voucher": "V-1",
        "payee": "wuye", "published_sha256": digest(b"{}"),
    }  # fmt: skip

    as_(MEI)("POST", f"{FEES}/shared-costs", 403, **cost)
    refused = as_(MEI)(
        "POST", f"{FEES}/shared-costs", 409, **{**cost, "communities": ["meiyuan"], "book": "fund"}
    )
    assert refused["code"] == "money-stays-home"


@pytest.mark.parametrize("role", [Role.OWNER, Role.WORKER, Role.AUDITOR])
def test_owners_workers_and_auditors_change_nothing_of_the_fee(app, role):
    writes = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/communities/<community>/fees") and "POST" in rule.methods
        and role in app.view_functions[rule.endpoint].allowed_roles
    ]  # fmt: skip

    assert writes == []


def test_an_owner_sees_his_own_account_and_no_other(as_):
    charged(as_)

    assert account(as_, who=OUYANG)["owed_fen"] == 72_00
    as_(OUYANG)("GET", f"{FEES}/homes/{HOMES[1]}", 403)
    as_(CHEN)("GET", f"{FEES}/homes/{HOME}", 403)
    as_(MEI)("GET", f"{FEES}/homes/9-9-999", 404)


def test_the_collection_of_a_year_is_shown_on_its_two_days(as_):
    charged(as_)
    paid(as_, 72_00, payer="government")

    collection = as_(AN)("GET", f"{FEES}/collection/2026", 200)

    today = day_in_shanghai(datetime.now(UTC))
    fixed = {min(day, today).isoformat() for day in (date(2026, 12, 31), date(2027, 1, 31))}
    assert [snapshot["on"] for snapshot in collection["snapshots"]] == sorted(fixed)
    assert collection["snapshots"][0]["cr1"] == [1, 6]
    assert collection["received_from"] == {"government": 72_00}
    assert as_(AN)("GET", f"{FEES}/collection/2098", 409)["code"] == "period-to-come"


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("payments", {"reference": "P", "home": HOME, "amount_fen": -1, "on": "2026-07-20"}),
        ("payments", {"reference": "P", "home": HOME, "amount_fen": 1, "on": "1026-07-20"}),
        (
            "payments",
            {"reference": "P", "home": HOME, "amount_fen": 1, "on": "2026-07-20", "months": ["2026-13"]},
        ),
        ("payments", {"reference": "P", "home": HOME, "amount_fen": 1, "on": "2026-07-20", "into": "pocket"}),
        ("costs", {"line": "staff", "amount_fen": 1.5, "on": "2026-07-20", "voucher": "V", "payee": "wuye"}),
        ("costs", {"line": "party", "amount_fen": 1, "on": "2026-07-20", "voucher": "V", "payee": "wuye"}),
        ("late-fees", {"homes": [], "until": "2026-07-20"}),
    ],
)
def test_what_cannot_be_read_is_refused_by_field(as_, path, wrong):
    assert as_(MEI)("POST", f"{FEES}/{path}", 422, **wrong)["code"] == "malformed"


def test_what_a_rule_refuses_leaves_nothing_behind(as_, database):
    charged(as_)
    receipt = paid(as_, 5_00)["entry"]
    paid(as_, 5_00, "P-2", home="9-9-999", expect=404)
    with database.writing() as session:
        close_month(session, "meiyuan", Month(2026, 6), exceptions={}, by=MEI, at=NOON)

    assert paid(as_, 5_00, "P-3", on="2026-06-30", expect=409)["code"] == "month-closed"
    cost = {"line": "staff", "amount_fen": 5_01, "on": "2026-07-20", "voucher": "V"}
    as_(MEI)("POST", f"{FEES}/costs", 409, **cost, payee="wuye")
    nobody = as_(MEI)("POST", f"{FEES}/costs", 404, **cost | {"amount_fen": 1}, payee="nobody")
    assert nobody["code"] == paid(as_, 5_00, "P-4", payer="nobody", expect=404)["code"] == "no-firm"
    right = {"reference": "P-9", "home": HOME, "amount_fen": 1, "on": "2026-06-30", "reason": "?"}
    as_(MEI)("POST", f"{FEES}/payments/{receipt}/correction", 409, **right)
    assert account(as_)["owed_fen"] == 67_00


def test_what_is_no_payment_is_not_put_right_as_one(as_):
    charge = as_(MEI)("POST", "/communities/meiyuan/months/2026-07/charges", 201)["entry"]
    right = {"reference": "P-9", "home": HOME, "amount_fen": 1, "on": "2026-07-20", "reason": "?"}

    refused = as_(MEI)("POST", f"{FEES}/payments/{charge}/correction", 404, **right)

    assert refused["code"] == "no-fee-payment"
    assert account(as_)["owed_fen"] == 36_00


def test_a_payment_is_shown_with_what_it_paid_and_whether_it_was_reversed(as_):
    charged(as_)
    wrong = paid(as_, 80_00)["entry"]
    right = {"reference": "P-2", "home": HOMES[1], "amount_fen": 80_00, "on": "2026-07-20", "reason": "错户"}
    correction = as_(MEI)("POST", f"{FEES}/payments/{wrong}/correction", 201, **right)["entry"]

    payments = as_(SU)("GET", f"{FEES}/payments", 200)["payments"]
    assert [(payment["entry"], payment["home"], payment["amount_fen"]) for payment in payments] == [
        (correction, HOMES[1], 80_00),
        (wrong, HOME, 80_00),
    ]
    assert [payment["reversed_by_entry"] is None for payment in payments] == [True, False]
    assert as_(MEI)("GET", f"{FEES}/payments?home={HOME}", 200)["total"] == 1
    paid_for = as_(MEI)("GET", f"{FEES}/payments/{correction}", 200)["paid"]
    assert paid_for == [
        {"month": "2026-06", "part": "principal", "fen": 36_00},
        {"month": "2026-07", "part": "principal", "fen": 36_00},
    ]
    as_(MEI)("GET", f"{FEES}/payments/{correction + 1000}", 404)
    as_(OUYANG)("GET", f"{FEES}/payments", 403)


def test_ten_years_of_a_home_are_read_in_two_statements(database, as_):
    with database.writing() as session:
        session.merge(
            Tariff(
                community="meiyuan", applies_to="*", since=date(2016, 1, 1), basis=Basis.PER_M2, rate_e4=4_500
            )
        )
        for month in (Month(2016, 1).plus(n) for n in range(120)):
            charge(session, month)
    seen = []
    event.listen(database.reader, "after_cursor_execute", lambda *args: seen.append(args[2]))

    with database.reading() as session:
        statement = home_statement(session, "meiyuan", HOME)

    assert (len(statement.lines), statement.owed_fen) == (120, 120 * 36_00)
    assert len([query for query in seen if query.startswith("SELECT")]) == 2


def test_a_late_fee_and_an_award_are_taken_back_by_their_entries_and_their_month_after_them(
    app, as_, database
):
    a_contract(database)
    charged(as_, "2026-06")
    as_(CHEN)("POST", f"{FEES}/terms", 201, contract="C-1", charges_from="2026-01-01", late_daily_e6=3_000)
    on_the_first_of_november(app)
    late = as_(MEI)("POST", f"{FEES}/late-fees", 201, homes=[HOME], until="2026-10-01")["entry"]
    award = {"home": HOME, "month": "2026-06", "amount_fen": 50_00, "document": PROOF}
    costs = as_(MEI)("POST", f"{FEES}/awards", 201, **award)["entry"]
    month = "/communities/meiyuan/months/2026-06/charges/reversal"
    refused = as_(MEI)("POST", month, 409, reason="标准有误")
    assert (refused["code"], str(late) in str(refused)) == ("charge-in-use", True)
    receipt = paid(as_, 10_00, on="2026-10-02")["entry"]
    back = f"{FEES}/surcharges/{costs}/reversal"
    refused = as_(MEI)("POST", back, 409, reason="错户")
    assert (refused["code"], str(receipt) in str(refused)) == ("surcharge-paid-for", True)
    as_(MEI)("POST", f"/communities/meiyuan/entries/{receipt}/reversal", 201, reason="先撤")

    for stranger in (OUYANG, WEN, CHEN, SU):
        as_(stranger)("POST", back, 403, reason="错户")
    red = as_(MEI)("POST", back, 201, reason="错户")
    assert as_(MEI)("POST", back, 201, reason="错户") == red
    as_(MEI)("POST", f"{FEES}/surcharges/{late}/reversal", 201, reason="错户")
    as_(MEI)("POST", f"{FEES}/surcharges/{receipt}/reversal", 404, reason="错户")
    as_(MEI)("POST", month, 201, reason="标准有误")

    assert account(as_)["owed_fen"] == 0
    shown = as_(MEI)("GET", f"/communities/meiyuan/entries/{costs}", 200)
    assert shown["reversed_by_entry"] == red["entry"]


def test_taking_back_what_was_charged_on_top_is_offered_on_its_entry_while_it_stands(app, as_):
    charged(as_, "2026-06")
    award = {"home": HOME, "month": "2026-06", "amount_fen": 50_00, "document": PROOF}
    costs = as_(MEI)("POST", f"{FEES}/awards", 201, **award)["entry"]
    desk = Visitor(app.test_client())
    sits_down(desk.client, MEI)
    form = f"/desk/meiyuan/do/fees/surcharges/{costs}/reversal"
    charge_entry = f"/desk/meiyuan/entries/{costs - 1}"

    assert (form in desk.get(f"/desk/meiyuan/entries/{costs}").text) is True
    assert "/surcharges/" not in desk.get(charge_entry).text
    answer = desk.fill(form, reason="错户")
    assert answer.status_code == 302, answer.text

    assert form not in desk.get(f"/desk/meiyuan/entries/{costs}").text
    assert account(as_)["owed_fen"] == 36_00
