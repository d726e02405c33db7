"""What is bought decides what the fund pays, whatever other words stand beside it (corrections B8)."""

from datetime import date

import pytest

from ledger.fund.uses.rules import Object, Rule, judged

DAY = date(2026, 11, 1)
REFUSED = {
    Rule.N5: (
        *(
            "楼道保洁",
            "清洁服务",
            "巡逻值班费",
            "打扫楼道",
            "外墙清洗",
            "垃圾清运",
            "消杀灭鼠",
            "楼道灯泡更换",
            "保洁用品更换",
        ),
        *(
            "绿化修剪",
            "绿化修剪养护",
            "草坪修剪",
            "花木养护",
            "门卫服务费",
            "保安服更换",
            "2026 年度物业服务费",
        ),
        *("Cleaning", "Lawn trimming", "Security guards", "Greening and repairs", "Property fee 2026"),
    ),
    Rule.N7: (
        *(
            "维修工工资",
            "维修部聚餐",
            "维修人员春节慰问",
            "外墙维修工程节日礼金",
            "月饼采购",
            "购物卡",
            "伙食费",
        ),
        *(
            "过节费",
            "加班费",
            "烟酒",
            "礼品更新",
            "修理办公打印机",
            "装修办公室",
            "团建旅游",
            "社保",
            "聚会",
            "水果",
        ),
        *(
            "工 资",
            "外墙维修工餐饮",
            "维修班节日布置",
            "汽车加油",
            "律师费",
            "培训费",
            "奖励金",
            "招待费",
            "会务费",
        ),
        *("宣传横幅", "电费"),
        *(
            "Staff wages",
            "festival gifts",
            "Roof repair crew salaries",
            "Ｗａｇｅｓ",
            "Repairers' lunch",
            "Mooncakes",
        ),
    ),
}
ASKED = (
    *(
        "绿化带围栏维修",
        "门卫室屋面维修",
        "保洁间屋面维修",
        "绿化带挡土墙加固",
        "社区餐厅排水管更换",
        "礼堂屋面防水",
    ),
    *(
        "绿化带改造",
        "春节期间水泵抢修",
        "办公楼外墙维修",
        "安保监控更换",
        "值班室屋面维修工程",
        "福利院楼梯扶手修复",
    ),
    *("Guard house roof repair", "Office wall waterproofing", "Replacing the fence of the lawn"),
)
ALLOWED = (
    *(
        "屋面翻修",
        "外墙维修工程",
        "7 幢楼梯间踏步与扶手修复",
        "二次供水水泵停转抢修",
        "小区排水主管清淤与局部更换",
    ),
    *("大门与围墙倾斜加固", "化粪池污水外溢抢修", "道路维修", "电梯更新", "水泵更换", "修复"),
    *("Roof repair", "Guardrail replacement", "Lift renewal", "Mending the outer wall"),
)


@pytest.mark.parametrize(("title", "ground"), [(t, g) for g, titles in REFUSED.items() for t in titles])
def test_b8_wages_meals_gifts_cleaning_greening_and_guarding_are_refused(title, ground):
    assert judged(Object(title=title), DAY) is ground


@pytest.mark.parametrize("title", ASKED)
def test_b8_a_common_part_of_such_a_place_is_asked_about(title):
    assert judged(Object(title=title), DAY) is Rule.M1


@pytest.mark.parametrize("title", ALLOWED)
def test_b8_repairs_of_common_parts_are_asked_nothing(title):
    assert judged(Object(title=title, payee="宏城防水工程有限公司"), DAY) is Rule.Y1


@pytest.mark.parametrize(
    "payee",
    [
        *("洁美保洁服务有限公司", "绿源园林工程有限公司", "某某人力资源有限公司", "喜乐酒店", "兴旺烟酒商行"),
        *("旅行社", "洗衣店", "家政服务公司", "Bright Cleaning Ltd"),
    ],
)
def test_b8_a_payee_of_another_trade_is_asked_about(payee):
    assert judged(Object(title="楼道墙面维修", payee=payee), DAY) is Rule.M1
