"""When a month cannot be closed. Pure."""

from ledger.errors import Refused


class MonthRunning(Refused):
    code = "month-running"
    zh = "{month:period}到{last}才结束，现在不能结账。"
    en = "{month:period} ends on {last}; it cannot be closed before."


class AccountNotCleared(Refused):
    code = "account-not-cleared"
    zh = "{month:period}不能结账：{book}账套的过渡科目（{account}）还有 {net} 元没有结清；查清，或写明原因。"
    en = "{month:period} cannot be closed: the clearing account of the {book} ({account}) still holds {net} yuan; clear it or say why."
