"""Electricity of charging: collected with the service fee, paid on, and no public revenue (发改办价格〔2024〕537号). Pure."""

from ledger.errors import Refused
from ledger.revenue.rules import Category

SOURCE = "发改办价格〔2024〕537号"


class ElectricityNotTold(Refused):
    code = "electricity-not-told"
    zh = "合同 {number} 是充电收费，电费和服务费要分开登记：请写明其中代收的电费，没有就写 0。"
    en = "Contract {number} is of charging, whose electricity and service fee are entered apart: say how much electricity was collected, nought if none."
    article = SOURCE


class NotOfCharging(Refused):
    code = "not-of-charging"
    zh = "合同 {number} 不是充电收费，不能登记代收电费。"
    en = "Contract {number} is not of charging; no electricity is passed through on it."


class MoreThanCollected(Refused):
    code = "more-electricity-than-collected"
    zh = "合同 {number} 代收未付的电费只有 {held_fen:money} 元，不能付 {amount_fen:money} 元；多出的部分是成本，请按有票据的成本登记。"
    en = "Only {held_fen:money} yuan of electricity collected on contract {number} are still to be paid on, not {amount_fen:money}; what is beyond is a cost and is booked as one, with its voucher."
    article = SOURCE


def check_electricity(number: str, category: Category, electricity_fen: int | None, *, apart: bool) -> None:
    """See that a receipt of charging says how much of it is electricity, and no other receipt does.

    ``apart`` is the place's rule of the day (``revenue.electricity_apart``).

    Raises:
        ElectricityNotTold, NotOfCharging.
    """
    if category is Category.EV_CHARGING:
        if apart and electricity_fen is None:
            raise ElectricityNotTold(number=number)
    elif electricity_fen:
        raise NotOfCharging(number=number)
