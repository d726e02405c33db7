"""Who may do what with money of the fund: the whole table, actor by actor (165号令 Arts. 10, 15–16, 22–24, 26–29)."""

import pytest

from ledger.community.role_rules import Actor, Level, Role
from ledger.fund.power_rules import GIVEN_BY_PLACE, POWERS, NotYourPower, Power, check_power, ever, may
from ledger.fund.rules import Keeper
from tests.cast import AN, BAO, CHEN, HE, HUANG, MEI, OUYANG, SONG, SU, WEN

EVERYBODY = (MEI, WEN, CHEN, HE, SU, HUANG, BAO, AN, OUYANG, SONG)
CUSTODY, ASSEMBLY = Keeper.PRE_TRANSFER, Keeper.POST_TRANSFER
MAY = {
    Power.APPROVE: ({HUANG}, {CHEN}),
    Power.CONSENT: ({HUANG}, {HUANG}),
    Power.FILE: ({CHEN, MEI}, {CHEN, MEI}),
    Power.SUBSTITUTE: ({HUANG}, {HUANG}),
    Power.PAY: ({HUANG, BAO}, {CHEN, BAO}),
    Power.PAY_CASH: ({CHEN}, {CHEN}),
    Power.KEEP_BOOKS: ({MEI, HUANG, BAO}, {MEI, CHEN, BAO}),
    Power.SHARE_GAINS: ({HUANG}, {CHEN}),
    Power.INVEST: ({HUANG}, {CHEN}),
    Power.GIVE_BACK: ({HUANG}, {CHEN}),
    Power.NOTIFY_HANDOVER: ({CHEN}, {CHEN}),
    Power.SIGN_HANDOVER: ({HUANG}, {CHEN}),
    Power.NOTIFY_TOPUP: ({CHEN}, {CHEN}),
}
"""Power → who has it while the authority keeps the fund, and after the hand-over."""


@pytest.mark.parametrize("power", Power)
def test_who_may_ever_are_those_who_may_under_one_keeper_or_the_other_each_once(power):
    assert set(ever(power)) == {*may(power, CUSTODY), *may(power, ASSEMBLY)}
    assert len(set(ever(power))) == len(ever(power))


@pytest.mark.parametrize("power", Power)
@pytest.mark.parametrize("keeper", Keeper)
def test_b1_each_power_is_the_ones_whom_the_law_names_and_nobody_elses(power, keeper):
    may_do = MAY[power][keeper is ASSEMBLY]

    for actor in EVERYBODY:
        if actor in may_do:
            check_power(power, keeper, actor)
        else:
            with pytest.raises(NotYourPower):
                check_power(power, keeper, actor)


@pytest.mark.parametrize("power", Power)
@pytest.mark.parametrize("keeper", Keeper)
def test_a_street_office_approves_and_releases_nothing(power, keeper):
    assert all(Level.STREET not in seat.levels for seat in may(power, keeper))


def test_a_supervisor_who_does_not_say_of_what_has_no_power():
    for power in Power:
        for keeper in Keeper:
            with pytest.raises(NotYourPower, match="监督"):
                check_power(power, keeper, Actor("x", Role.SUPERVISOR))


def test_an_organisation_counts_in_its_role_only():
    """An owner whom a committee sends is no member of it."""
    with pytest.raises(NotYourPower):
        check_power(Power.APPROVE, ASSEMBLY, Actor("x", Role.OWNER, level=Level.OWNERS_COMMITTEE))


@pytest.mark.parametrize(
    ("keeper", "by", "zh", "en"),
    [
        (
            CUSTODY,
            CHEN,
            "维修资金由主管部门代管期间，审核同意使用维修资金由住房和城乡建设（房地产）主管部门办理；业主委员会不能办理。"
            "（《住宅专项维修资金管理办法》第22条第（四）、（五）项）",
            "While the authority keeps the fund, approving a use of the fund is for the housing authority; "
            "it is not for the owners' committee. (《住宅专项维修资金管理办法》 Art. 22 (4), (5))",
        ),
        (
            ASSEMBLY,
            SU,
            "维修资金划转业主大会后，审核同意使用维修资金由业主委员会办理；街道办事处不能办理。"
            "（《住宅专项维修资金管理办法》第23条第（四）、（五）项）",
            "After the hand-over to the owners' assembly, approving a use of the fund is for the owners' committee; "
            "it is not for the street office. (《住宅专项维修资金管理办法》 Art. 23 (4), (5))",
        ),
    ],
)
def test_the_refusal_names_who_may_and_the_article(keeper, by, zh, en):
    with pytest.raises(NotYourPower) as refused:
        check_power(Power.APPROVE, keeper, by)

    assert refused.value.sentence("zh") == zh
    assert refused.value.sentence("en") == en


@pytest.mark.parametrize("power", Power)
def test_a_power_has_its_national_articles_or_that_of_the_place(power):
    given = POWERS[power]
    articles = (given.in_custody_by, given.handed_over_by)
    assert articles == ("", "") if power in GIVEN_BY_PLACE else all("》第" in article for article in articles)
