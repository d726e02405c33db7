"""What a concession contract is, and when it ends. Pure."""

from enum import StrEnum

from ledger.errors import Malformed, Refused


class ConcessionKind(StrEnum):
    """EPC+O 设计施工运营一体, PPP 特许经营, 社会资本投资运营."""

    EPC_O = "epc_o"
    PPP = "ppp"
    INVEST_AND_RUN = "invest_and_run"


class ConcessionState(StrEnum):
    RUNNING = "running"
    ENDED = "ended"
    TERMINATED = "terminated"


class Direction(StrEnum):
    """Whether an entry brought money in from the firm, or paid it."""

    IN = "in"
    OUT = "out"


class ConcessionWrong(Malformed):
    code = "concession-wrong"
    zh = "特许经营合同 {number} 有误：期限 {starts_on} 至 {ends_on}，业主分成 {share_e2}/10000；期限须先后相接，分成在 0 到 10000 之间。"
    en = "Concession {number} is wrong: term {starts_on} to {ends_on}, owners' share {share_e2}/10000; the term runs forward and the share lies between 0 and 10000."


class ConcessionTermsMissing(Refused):
    code = "concession-terms-missing"
    zh = "特许经营合同 {number} 必须写明服务标准、退出条款和业主大会决议。"
    en = "Concession {number} must state its service level, its exit terms and the owners' resolution."
    article = "《民法典》第278条第（八）项"


class ConcessionOver(Refused):
    code = "concession-over"
    zh = "特许经营合同 {number} 已经终止（{state}）。"
    en = "Concession {number} is over ({state})."


class NotOfConcession(Refused):
    code = "not-of-concession"
    zh = "第 {no} 号凭证没有和 {firm} 的收付，不属于合同 {number}。"
    en = "Entry {no} moves no money with {firm}; it does not belong to contract {number}."
