"""Which of a wallet's days a settlement pays out. Pure."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import NamedTuple

from ledger.errors import Refused


class WalletLine(NamedTuple):
    """A wallet's line that has not left for the bank: its day, what it moved (negative out), the fee kept; in fen."""

    on: date
    fen: int
    fee_fen: int


class Run(NamedTuple):
    """A run of whole days: its first and last day, what they bring net of fees, and the fees; in fen."""

    first: date
    last: date
    net_fen: int
    fee_fen: int


class SettlementDoesNotFit(Refused):
    code = "settlement-does-not-fit"
    zh = "钱包{first}至{last}的流水扣除手续费后是 {net} 元，到账 {came} 元，差 {gap} 元，没有结转。"
    en = "The wallet's lines of {first} to {last} come to {net} yuan net of fees, {came} came in, {gap} apart; nothing was booked."


class NotAWallet(Refused):
    code = "not-a-wallet"
    zh = "“{account}”不是会结算到银行的钱包账户。"
    en = "“{account}” is no wallet that settles into a bank account."


def run_of(lines: Iterable[WalletLine], first: date, last: date) -> Run:
    """The run between two days, whatever stands in it."""
    inside = [line for line in lines if first <= line.on <= last]
    fees = sum(line.fee_fen for line in inside)
    return Run(first, last, sum(line.fen for line in inside) - fees, fees)


def run_for(amount_fen: int, on: date, lines: Iterable[WalletLine]) -> Run | None:
    """The whole days from the oldest unsettled one on that come to a settlement which came in on a day.

    The shortest such run; none when no run fits to the fen. Days after the settlement are not in it.
    """
    net = fees = 0
    first: date | None = None
    for day, of_day in groupby(sorted(line for line in lines if line.on <= on), key=lambda line: line.on):
        first = first or day
        for line in of_day:
            net += line.fen - line.fee_fen
            fees += line.fee_fen
        if net == amount_fen:
            return Run(first, day, net, fees)
    return None
