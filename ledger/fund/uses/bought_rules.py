"""What the words of a plan or of a payee's name say is bought: what the fund never pays, or a common part repaired. Pure.

165号令 Arts. 18, 25 (四); 物业服务收费管理办法 Art. 11.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Said(NamedTuple):
    """A word against the fund, the rule it speaks of, and whether nothing beside it helps."""

    rule: str
    word: str
    never: bool


NEVER: Mapping[str, tuple[str, ...]] = {
    "N5": ("灯泡", "物业费", "物业服务费", "bulb", "property fee", "service fee"),
    "N7": (
        *("工资", "薪酬", "薪资", "薪水", "津贴", "奖金", "奖励", "加班费", "值班费", "社保", "餐补"),
        *("慰问", "礼金", "礼品", "礼物", "礼盒", "红包", "月饼", "粽子", "年货", "购物卡", "烟酒", "过节费"),
        *("聚餐", "工作餐", "餐费", "伙食", "盒饭", "宴请", "招待费", "会务费", "培训费", "律师费", "团建"),
        *("电费", "水费", "燃气费"),
        *("wage", "salary", "salaries", "payroll", "bonus", "overtime", "allowance", "gift", "mooncake"),
        *(
            "gift card",
            "shopping card",
            "meal",
            "dinner",
            "lunch",
            "banquet",
            "liquor",
            "cigarette",
            "tobacco",
        ),
    ),
}
"""What is bought is this, whatever stands beside it (外墙维修工程节日礼金)."""
UNLESS_REPAIRED: Mapping[str, tuple[str, ...]] = {
    "N5": (
        *("保洁", "清洁", "清扫", "打扫", "清洗", "清运", "消杀", "灭鼠", "家政", "洗衣"),
        *("绿化", "园林", "草坪", "花木", "苗木", "修剪", "养护"),
        *("保安", "安保", "门卫", "巡逻", "巡查", "秩序维护"),
        *("cleaning", "cleaner", "greening", "gardening", "gardener", "landscaping", "lawn", "trimming"),
        *("pruning", "guard", "guarding", "patrol", "security service"),
    ),
    "N7": (
        *("福利", "补贴", "公积金", "值班", "人力资源", "节日", "春节", "中秋", "国庆", "端午", "元旦"),
        *(
            "礼",
            "餐",
            "酒店",
            "水果",
            "聚会",
            "招待",
            "会务",
            "旅游",
            "旅行社",
            "办公",
            "宣传",
            "横幅",
            "加油",
        ),
        *("festival", "holiday", "party", "parties", "canteen", "dining", "catering", "hospitality", "hotel"),
        *("travel", "office"),
    ),
}
"""This too, but where a common part of such a place is plainly what is repaired (门卫室屋面维修): that is asked about."""

_REPAIRED = re.compile(
    "维修|修复|修缮|修补|修理|抢修|检修|大修|中修|整修|翻修|补漏|堵漏|防水|更换|更新|改造|翻新|加固|疏通|加装"
    r"|\b(?:repair|replac|renew|renovat|refurbish|retrofit|reinforc|strengthen|waterproof|unblock)"
)
_CREW = re.compile("(?:维修|检修|抢修)(?:工(?![程作])|人员|部(?![位件分])|队|班|师)")
"""Those who repair, which is no repair (维修工, 维修部)."""
_PARTS = re.compile(
    "屋面|屋顶|楼顶|外墙|墙面|墙体|围墙|挡土墙|承重|基础|梁|柱|楼板|地面|路面|道路|楼道|走廊|楼梯|踏步|台阶|扶手|栏杆|护栏|围栏"
    "|门厅|大堂|大门|单元门|道闸|门禁|监控|电梯|水泵|泵房|水箱|水管|管道|管网|排水|雨水|污水|化粪池|井|沟|消防|配电|线路|电缆|路灯"
    "|照明|避雷|雨棚|吊顶|绿地|绿化带"
    r"|\b(?:roof|walls?\b|fenc|railing|guardrail|handrail|stair|lifts?\b|elevator|pump|pipe|drain|sewer|septic|roads?\b|pavement"
    r"|gate|door|corridor|facade|beam|column|floor|cable|wiring|street lamp|lighting|tank)"
)
_LATIN = re.compile("[a-z]")


def said_against(text: str) -> list[Said]:
    """The words in a text that speak against the fund, those first that nothing helps."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    joined = re.sub(r"\s", "", plain)

    def stands(word: str) -> bool:
        if _LATIN.match(word):
            return re.search(rf"\b{word}(?:s|es)?\b", plain) is not None
        return word in joined

    return [
        Said(rule, word, words is NEVER)
        for words in (NEVER, UNLESS_REPAIRED)
        for rule, some in words.items()
        for word in some
        if stands(word)
    ]


def repairs_a_part(text: str) -> bool:
    """Whether a title says plainly that a common part is repaired, renewed or altered."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return bool(_PARTS.search(plain) and _REPAIRED.search(_CREW.sub("", plain)))


def refused_by(title: str, said: Iterable[Said]) -> set[str]:
    """The rules by which the words of a title refuse it."""
    repair = repairs_a_part(title)
    return {one.rule for one in said if one.never or not repair}
