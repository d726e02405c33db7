"""What a price is, and when it cannot be set. Pure."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from pydantic import Field

from ledger.errors import Malformed, Refused
from ledger.fees.rules import Basis, Pricing
from ledger.fields import Day, Text, Whole

Rate = Annotated[Whole, Field(le=10**12, description="ten-thousandths of a yuan")]


class NewPrice(NamedTuple):
    """A price from a day on; ``rate_e4`` is in ten-thousandths of a yuan, ``items`` the services of a package, and of nothing else."""

    since: Day
    basis: Basis
    rate_e4: Rate
    pricing: Pricing = Pricing.MARKET
    items: Annotated[Sequence[Text], Field(max_length=40)] = ()


class TariffExists(Refused):
    code = "tariff-exists"
    zh = "“{applies_to}”从{since}起已经有收费标准；改价请另定生效日期。"
    en = (
        "A tariff for “{applies_to}” from {since} is there already; give a change of price another first day."
    )


class PackageEmpty(Malformed):
    code = "package-empty"
    zh = "套餐收费须逐项写明包含的服务；其他计价方式不写。"
    en = "A package must name the services in it; no other basis names any."
    article = "《物业服务收费管理办法》第8条（明码标价）"


class PriceNotSupported(Refused):
    code = "price-not-supported"
    zh = "收费标准须写明依据：市场调节价写业主共同决定的议题编号，政府指导价写价格文件文号。"
    en = "A tariff must name what it rests on: the motion of the owners, or the price document when it is guided."
    article = "《民法典》第278条；《物业服务收费管理办法》第6–7条"


class AuditNotPosted(Refused):
    code = "audit-not-posted"
    zh = "调整物业费前，上一年度收支的审计结果须公示满 {days} 天；没有找到在 {before} 之前公示的这份审计。"
    en = "Before a price is changed the audit of the year before must be published for {days} days; none such was before {before}."
