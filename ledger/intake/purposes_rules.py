"""What a remark says of what money is for and of whose home, beside a home's number. Pure; never guesses.

Only what is plainly the property fee of plainly one home is credited without a person. Other purposes than the fee, other
parts of the community, several homes and words that nobody knows (where none says that it is the fee) are no plain remark.
"""

import re
import unicodedata

from ledger.intake.marks import visible

HERE = "\0"
"""What stands in a remark where a home's number stood."""

_FEE = re.compile(
    r"物业(?:公共|综合)?(?:管理|服务){0,2}费?|物管费?|(?<![一-龥])[补代]?[交缴付欠]?(?:小区)?管理费"
    r"|(?:property|management)(?:management|service)?fees?",
    re.IGNORECASE,
)
"""How people call the property fee; of other fees of management (电梯管理费) another word stands before."""
_DENIED = re.compile(r"[非除无](?:了|去)?物业|不(?:是|含|包括|交|缴)物业")
_OTHER_PURPOSES = [
    *["押", "定金", "订金", "诚意金", "保证金", "违约", "滞纳", "罚", "赔偿", "赔款", "捐", "彩礼", "退"],
    *["维修", "专项", "大修", "公维", "首筹", "续筹", "筹集", "基金", "资金", "公积金", "公共收益", "电梯"],
    *["停车", "车位", "车库", "车棚", "泊位", "泊车", "地锁", "汽车", "月租", "月卡", "充电"],
    *["水电", "公摊", "燃气", "煤气", "天然气", "暖气", "供暖", "取暖", "采暖", "热力", "供热"],
    *["宽带", "电视", "有线", "电信", "联通", "移动", "网络", "门禁", "门卡", "钥匙", "保险"],
    *["垃圾", "清运", "建渣", "装修", "工程", "材料", "家政", "疏通", "换锁", "会所", "游泳"],
    *["租", "商铺", "店铺", "门面", "铺位", "地下室", "储藏", "杂物", "广告", "场地"],
    *["贷", "工资", "报销", "投标", "中标", "购房", "中介", "非物业"],
    *["parking", "deposit", "water", "electric", "gas", "rent", "repair", "refund", "loan", "insurance"],
]
"""What money is for that is never the fee, as remarks say it."""
_OTHER_FEES = re.compile(r"[一-龥]{0,4}(?:费|款|卡|税)|[借还贷货]款")
"""Any other fee, once the property fee and the ways of paying are taken out."""
_WAYS_OF_PAYING = re.compile(
    r"[交缴付收汇打转存取]款|[交缴付收扣欠补续]费|移动(?:支付|银行)|网络(?:支付|转账|银行)|资金(?:往来|划转|转账|归集|清算)|往来款|款项|费用|(?:银行|储蓄|信用|刷|借记|贷记)卡|贷[记方]|手续费|消费"
)
_PART = r"东東南西北中前后左右上下内外甲乙丙丁戊一二三四五六七八九十0-9A-Za-z"
_WHERE = re.compile(
    rf"[{_PART}]{{1,3}}(?:区|區|期(?!间|末|初)|苑|院|园|村|里(?![程面])|坊|庭|组团|组|地块|标段|片)|[新老旧][区區院]"
    r"|第[一二三四五六七八九十0-9]{1,3}[区區期]"
    rf"|[一-龥]{{1,4}}(?<![小社园宅])[区區][)\]}}】]?-?{HERE}"
    rf"|(?<![一-龥])[东東南西北中甲乙丙丁戊][)\]}}】]?{HERE}|{HERE}[(\[]?[东東南西北甲乙丙丁戊](?![一-龥])"
)
"""Words for a part of a community: 东区, 二期, 南苑. A home that is named with one is not that of the plain number."""
_SEVERAL = re.compile(
    rf"[二两三四五六七八九十几多0-9](?:套|户)|[两几]家|等(?:套|户|家|房)|及其他|隔壁|楼上|楼下|对门|对面|另外?[一两]?[套户]|{HERE}(?:室|号)?等"
    rf"|{HERE}(?:室|号)?[/、|][0-9](?![0-9年月季期./个人号元~-])"
)
"""Words for more homes than the one of which the number stands there."""
_BANK = re.compile(r"[一-龥]*(?:银行|支行|分行|营业[部厅]|网点|信用社|小区|花园|公司)")
_PLAIN = re.compile(
    r"[0-9A-Za-z_]*[0-9][0-9A-Za-z_]*|\b[A-Z]{1,3}\b"
    r"|上半年|下半年|半年|全年|年度|年份|季度|第|今年|去年|明年|本年|当年|本月|当月|上月|月份|个月|上个|[年月日季号天]|[一二三四五六七八九十](?=[年月季])|十[一二](?=月)"
    r"|预[交缴存付]|补[交缴]|代[交缴收付]|自[交缴]|[交缴]纳|支付|付清|结清"
    r"|转账|汇款|打款|付款|收款|存款|汇入|汇出|转入|转存|扫码|扫一扫|二维码|收钱码|收款码|微信|支付宝|云闪付|银联|财付通|网银|网上|手机|掌上|快捷|跨行"
    r"|他行|本行|同行|行内|同城|异地|实时|普通|大额|小额|超级|互联|电子|汇兑|往账|来账|往来|入账|到账|清算|系统|自助|终端|柜台|柜面|现金"
    r"|移动|网络|资金|划转|物业|物管|管理|服务|对公|对私|个人|商户|消费|收入|批量|贷记|借记|摘要|附言|备注|用途|其他|其它|无|业主|住户|用户|户主|房号|房间|房屋|房|室|户|楼|栋|幢|单元|门牌"
    r"|谢谢|您好|你好|麻烦|请|查收|收到|已|了|的|人民币|元整|元|块|整|费用|[缴交付收欠补续]费|[至到和及交缴付补欠存转汇代收]"
)
"""What may stand beside a home's number without saying more than that it pays."""


def squeezed_remark(remark: str) -> str:
    """A remark as it compares: narrow, without blanks and without signs that nobody sees."""
    return "".join(visible(unicodedata.normalize("NFKC", remark)).split())


def other_purpose(remark: str) -> str | None:
    """What a remark says that money is for, where that is not the property fee; None where it says nothing of it."""
    plain = squeezed_remark(remark).lower()
    if (denied := _DENIED.search(plain)) is not None:
        return denied[0]
    rest = _FEE.sub(" ", _WAYS_OF_PAYING.sub(" ", plain))
    listed = next((words for words in _OTHER_PURPOSES if words in rest), None)
    if listed is not None:
        return _whole(listed, rest)
    fee = _OTHER_FEES.search(rest)
    return fee[0] if fee else None


def other_part(rest: str) -> str | None:
    """The part of the community that a remark names beside a home, of which ``rest`` has `HERE` for the number."""
    match = _WHERE.search(_FEE.sub(" ", "".join(rest.split())))
    return match[0].replace(HERE, "") if match else None


def more_homes(rest: str) -> str | None:
    """The words of a remark for more homes than the one whose number stands there."""
    match = _SEVERAL.search("".join(rest.split()))
    return match[0].replace(HERE, "") if match else None


def unplain(rest: str, payer: str) -> str | None:
    """The words beside a home's number that do not say that this is the fee; None where they do, or only how it was paid."""
    rest = rest.replace(HERE, " ")
    if any(fee[0].lower().endswith(("费", "fee", "fees")) for fee in _FEE.finditer("".join(rest.split()))):
        return None
    for name in payer.split("·"):
        if len(name.strip()) > 1 and name.strip().isalpha():
            rest = rest.replace(name.strip(), " ")
    left = re.sub(r"[\W_]+", " ", _PLAIN.sub(" ", _BANK.sub(" ", rest))).strip()
    return left or None


def _whole(listed: str, rest: str) -> str:
    """The listed word as it stands in a remark, with what makes it a fee."""
    match = re.search(rf"{re.escape(listed)}[一-龥]?[费金款卡]?", rest)
    return match[0] if match and match[0][-1] in "费金款卡" else listed
