"""What the desk is divided into, in the order of its rail: money and repairs, what is decided and told, who is who."""

from ledger.operations.operation import Noun, Said

TODAY = Noun("today", Said("今天", "Today"), group=0)
TICKETS = Noun("tickets", Said("报修", "Repairs"), group=1)
FEES = Noun("fees", Said("收费", "Fees"), group=1)
BANK = Noun("bank", Said("银行与对账", "Bank"), group=1)
REVENUE = Noun("revenue", Said("公共收益", "Public revenue"), group=1)
FUND = Noun("fund", Said("维修资金", "Maintenance fund"), group=1)
WORKS = Noun("works", Said("改造资金", "Works money"), group=1)
VOTES = Noun("votes", Said("表决", "Votes"), group=2)
DISCLOSURES = Noun("disclosures", Said("公示", "Disclosure"), group=2)
EVALUATIONS = Noun("evaluations", Said("评价", "Evaluation"), group=2)
REPORTS = Noun("reports", Said("报表", "Reports"), group=2)
REGISTER = Noun("register", Said("住户与小区", "Homes"), group=3)
CONTRACTS = Noun("contracts", Said("合同与交接", "Contracts"), group=3)
LOCAL = Noun("local", Said("本地参数", "Local numbers"), group=3)
MACHINE = Noun("machine", Said("运行", "Running it"), group=3)
PEOPLE = Noun("people", Said("人员", "People"), group=3)
