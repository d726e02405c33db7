"""When a month cannot be closed. Pure."""

from ledger.errors import Refused


class NotNextMonth(Refused):
    code = "not-next-month"
    zh = "不能结 {month}：{why}"
    en = "{month} cannot be closed: {why}"
