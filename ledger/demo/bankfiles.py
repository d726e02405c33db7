"""Statements as five banks and wallets would export them, so that the sample's money comes in by its real door."""

import csv
from collections.abc import Callable, Sequence
from datetime import datetime
from io import StringIO
from typing import NamedTuple

from ledger.words import yuan


class PaidIn(NamedTuple):
    """One payment: when (Shanghai wall clock), how much in fen, from whom, with which words."""

    at: datetime
    amount_fen: int
    payer: str
    remark: str
    number: str


def _table(rows: Sequence[Sequence[str]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def wechat(paid: Sequence[PaidIn]) -> bytes:
    """微信支付账单明细, UTF-8 with BOM."""
    total = yuan(sum(p.amount_fen for p in paid)).replace(",", "")
    head = [
        ["微信支付账单明细"],
        [f"共{len(paid)}笔记录"],
        [f"收入：{len(paid)}笔 {total}元"],
        ["支出：0笔 0.00元"],
    ]
    names = [
        "交易时间",
        "交易类型",
        "交易对方",
        "商品",
        "收/支",
        "金额(元)",
        "支付方式",
        "当前状态",
        "交易单号",
        "商户单号",
        "备注",
    ]
    rows = [
        [f"{p.at:%Y-%m-%d %H:%M:%S}", "二维码收款", p.payer, p.remark, "收入", f"¥{yuan(p.amount_fen)}", "零钱", "已收钱", p.number + "\t", "/", "/"]
        for p in paid
    ]  # fmt: skip
    return (
        "\ufeff"
        + _table([*head, ["----------------------微信支付账单明细列表--------------------"], names, *rows])
    ).encode()


def alipay(paid: Sequence[PaidIn]) -> bytes:
    """支付宝电子客户回单, GB18030, padded cells."""
    names = [
        "交易时间",
        "交易分类",
        "交易对方",
        "对方账号",
        "商品说明",
        "收/支",
        "金额",
        "收/付款方式",
        "交易状态",
        "交易订单号",
        "商家订单号",
        "备注",
        "",
    ]
    rows = [
        [f"{p.at:%Y-%m-%d %H:%M:%S} ", "转账", p.payer.ljust(8), "/", p.remark, "收入", yuan(p.amount_fen).replace(",", "").ljust(12), "余额", "交易成功", p.number + "\t", "\t", "", ""]
        for p in paid
    ]  # fmt: skip
    head = "导出信息：\n姓名：样例\n------------支付宝（中国）网络技术有限公司  电子客户回单------------\n"
    return (head + _table([[n.ljust(10) if n else n for n in names], *rows])).encode("gb18030")


def icbc(paid: Sequence[PaidIn]) -> bytes:
    """工商银行借记卡明细: income and expense in two columns, a total below."""
    names = [
        "交易日期",
        "摘要",
        "交易详情",
        "交易场所",
        "交易国家或地区简称",
        "钞/汇",
        "交易金额(收入)",
        "交易金额(支出)",
        "交易币种",
        "记账金额(收入)",
        "记账金额(支出)",
        "记账币种",
        "余额",
        "对方户名",
        "对方账户",
    ]
    rows = [
        [f"{p.at:%Y-%m-%d}     ", "他行汇入  ", p.remark.ljust(20), "手机银行  ", "CHN  ", "钞  ", "-  ", "-  ", "-  ", yuan(p.amount_fen).ljust(14), "      ", "人民币  ", "**", p.payer.ljust(12), "6222****0000  ", ""]
        for p in paid
    ]  # fmt: skip
    total = ["人民币合计", *[""] * 8, yuan(sum(p.amount_fen for p in paid)), "0.00"]
    return ("\ufeff明细查询文件下载\n" + _table([names, *rows, total])).encode()


def cmb(paid: Sequence[PaidIn]) -> bytes:
    """招商银行借记卡明细: one signed amount and a running balance."""
    rows, balance = [], 0
    for p in paid:
        balance += p.amount_fen
        rows.append(
            [f"{p.at:%Y-%m-%d}", "CNY", yuan(p.amount_fen), yuan(balance), "转账汇款", p.payer, p.remark]
        )
    return _table(
        [["记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息", "客户摘要"], *rows]
    ).encode()


def boc(paid: Sequence[PaidIn]) -> bytes:
    """中国银行交易流水: newest first, dashes for what is empty."""
    names = [
        "记账日期",
        "记账时间",
        "币别",
        "金额",
        "余额",
        "交易名称",
        "渠道",
        "网点名称",
        "附言",
        "对方账户名",
        "对方卡号/账号",
        "对方开户行",
        "借记卡号",
    ]
    rows, balance = [], 0
    for p in paid:
        balance += p.amount_fen
        rows.append(
            [f"{p.at:%Y-%m-%d}", f"{p.at:%H:%M:%S}", "人民币", yuan(p.amount_fen), yuan(balance), "网上快捷转账", "手机银行", "-------------------", p.remark, p.payer, "6217****0000", "-------------------", "0000"]
        )  # fmt: skip
    return ("中国银行交易流水明细单\n" + _table([names, *rows[::-1]])).encode()


class Channel(NamedTuple):
    """A way money comes in: the profile of its statements, the account it fills, who writes the file, whose it is."""

    profile: str
    into: str
    write: Callable[[Sequence[PaidIn]], bytes]
    name: str
    bank: str


CHANNELS = (
    Channel("wechat", "wallet", wechat, "微信支付账单.csv", "微信支付"),
    Channel("alipay", "wallet", alipay, "alipay_record.csv", "支付宝"),
    Channel("icbc", "bank", icbc, "hisdetail.csv", "中国工商银行"),
    Channel("cmb", "bank", cmb, "CMB.csv", "招商银行"),
    Channel("boc", "bank", boc, "boc.csv", "中国银行"),
)
