"""The words for what the ledger stores as codes, in Chinese and English. Pure, and imports nothing of the ledger.

A kind is the package and the class of an enum (``repairs.State``), or one of the kinds below that are no enum
(``entry``, ``book``, ``notice``). English words are in lower case, as they stand in a sentence; `label` begins
them with a capital. A sealed body may be older than the words here, so a value that is not known is shown as
it stands.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Any

Words = Mapping[str, tuple[str, str]]
"""A kind's words by value: Chinese, English."""

NOTHING = "—"
SHANGHAI = timezone(timedelta(hours=8))
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# fmt: off
WORDS: Mapping[str, Words] = {
    "community.Role": {
        "manager": ("物业经理", "property manager"),
        "worker": ("维修工", "repair worker"),
        "owner": ("业主", "owner"),
        "tenant": ("租户", "tenant"),
        "committee": ("业委会", "owners' committee"),
        "community_office": ("社区居委会", "residents' committee"),
        "supervisor": ("街道、住建监督", "street office or housing authority"),
        "auditor": ("审计", "auditor"),
        "operator": ("系统管理员", "operator"),
    },
    "people.Event": {
        "signed_in": ("登录", "signed in"),
        "refused": ("登录没有成功", "sign-in refused"),
        "signed_out": ("退出登录", "signed out"),
        "stolen": ("续用凭证被别人用过，登录已结束", "token used by somebody else, sign-in ended"),
        "password": ("改了密码", "password changed"),
        "factor": ("设置了动态码", "authenticator set up"),
        "read": ("看了个人信息", "personal data read"),
    },
    "jobs.JobState": {
        "waiting": ("等着办", "waiting"),
        "running": ("正在办", "running"),
        "done": ("办好了", "done"),
        "refused": ("没有办：有错", "refused"),
        "failed": ("没有办成：程序出了故障", "failed: a fault of the program"),
        "cancelled": ("已取消", "called off"),
    },
    "backup.Kind": {
        "text": ("文字", "text"),
        "number": ("数字", "number"),
        "bytes": ("字节", "bytes"),
    },
    "people.Ending": {
        "signed_out": ("自己退出", "signed out"),
        "elsewhere": ("在别的设备上退出", "ended from another device"),
        "password": ("改了密码", "password changed"),
        "stolen": ("续用凭证被别人用过", "token used by somebody else"),
        "office": ("由管理员结束", "ended by the office"),
        "restored": ("数据库从备份恢复", "database restored from a backup"),
    },
    "community.Level": {
        "property_firm": ("物业服务企业", "property firm"),
        "owners_committee": ("业主委员会", "owners' committee"),
        "management_committee": ("物业管理委员会", "property management committee"),
        "community_office": ("社区居委会", "residents' committee"),
        "street": ("街道办事处", "street office"),
        "housing_authority": ("住建部门", "housing authority"),
        "custodian": ("维修资金专户管理银行", "bank that keeps the maintenance fund"),
        "audit_firm": ("审计机构", "audit firm"),
    },
    "fund.Power": {
        "approve": ("审核同意使用维修资金", "approving a use of the fund"),
        "consent": ("审核动用公有住房维修资金", "consenting to the use of selling units' money"),
        "file": ("报主管部门备案", "filing a use with the authority"),
        "substitute": ("组织代修", "ordering a substitute repair"),
        "pay": ("从维修资金付款", "paying from the fund"),
        "pay_cash": ("支付业主自筹款", "paying on what owners contributed in cash"),
        "keep_books": ("记维修资金的账", "keeping the books of the fund"),
        "share_gains": ("批准收益分配", "approving how gains are shared out"),
        "invest": ("购买国债", "buying treasury bonds"),
        "give_back": ("返还维修资金", "giving money of the fund back"),
        "notify_handover": ("通知划转", "giving notice of a hand-over"),
        "sign_handover": ("为管理方签划转", "signing a hand-over for the keeper"),
        "notify_topup": ("通知续筹", "telling owners to top the fund up"),
    },
    "files.FileKind": {
        "photo": ("照片", "photograph"),
        "paper": ("书面文件", "paper"),
        "invoice": ("发票", "invoice"),
        "sheet": ("选票", "ballot sheet"),
        "contract": ("合同", "contract"),
        "spreadsheet": ("表格", "spreadsheet"),
        "other": ("其他文件", "other file"),
    },
    "files.ShownTo": {
        "committee": ("业委会、社区、监督和审计", "committee, community office, supervisors and auditors"),
        "staff": ("加上物业", "the property firm too"),
        "resident": ("加上有关的住户", "the resident concerned too"),
        "public": ("所有人", "everybody"),
    },
    "files.Purpose": {
        "damage": ("损坏情况", "damage"),
        "completion": ("完工", "completion"),
        "survey": ("查勘", "survey"),
        "acceptance": ("验收", "acceptance"),
        "posting": ("张贴", "posting"),
        "invoice": ("发票", "invoice"),
        "ballot_sheet": ("选票", "ballot sheet"),
        "proxy": ("委托书", "proxy"),
        "ruling": ("裁判文书", "ruling"),
        "contract": ("合同", "contract"),
        "quotation": ("报价", "quotation"),
        "inspection": ("检查", "inspection"),
        "price_review": ("审价", "price review"),
        "application": ("申请", "application"),
        "order": ("通知书", "order"),
        "expert_note": ("专家意见", "expert's note"),
        "audit": ("审计", "audit"),
        "delivery": ("送达", "delivery"),
        "notice": ("书面通知", "written notice"),
        "title": ("权属证明", "proof of ownership"),
        "licence": ("营业执照", "business licence"),
        "erasure": ("删除申请", "request for erasure"),
    },
    "fields.Kind": {
        "money": ("金额", "amount"),
        "long": ("长文字", "longer text"),
        "month": ("月份", "month"),
        "evidence": ("证明文件", "evidence"),
        "quarter": ("季度", "quarter"),
        "half-year": ("半年", "half-year"),
        "year": ("年度", "year"),
        "period": ("期间", "period"),
    },
    "community.Mode": {
        "market": ("专业化物业管理", "management by a property firm"),
        "state_backstop": ("国有企业兜底管理", "management by a state firm as backstop"),
        "quasi": ("准物业管理", "management by a service body of the street office"),
        "self": ("业主自治", "management by the owners themselves"),
        "emergency": ("应急物业服务", "emergency management"),
        "bundled": ("打包连片管理", "one firm for several communities"),
        "basic": ("基本保洁秩序服务", "basic cleaning and order"),
    },
    "community.HomeKind": {
        "commodity": ("商品住宅", "commodity housing"),
        "sold_public": ("已售公有住房", "sold public housing"),
        "non_residential": ("非住宅", "non-residential"),
        "unsold": ("未售", "unsold"),
    },
    "community.AreaSource": {
        "register": ("不动产登记簿", "property register"),
        "survey": ("实测", "survey"),
        "contract": ("合同", "contract"),
    },
    "community.FirmKind": {
        "property": ("物业服务企业", "property firm"),
        "contractor": ("施工单位", "contractor"),
        "seller": ("售房单位", "selling unit"),
        "developer": ("建设单位", "developer"),
        "tenant": ("承租单位", "renter"),
        "utility": ("专营单位", "utility"),
        "other": ("其他单位", "other firm"),
    },
    "register.TransferCause": {
        "sale": ("买卖", "sale"),
        "inheritance": ("继承", "inheritance"),
        "gift": ("赠与", "gift"),
        "ruling": ("法院判决", "court ruling"),
        "division": ("分割", "division of property"),
    },
    "community.ComponentKind": {
        "structure": ("主体结构", "structure"),
        "roof": ("屋面", "roof"),
        "outer_wall": ("外墙", "outer wall"),
        "insulation": ("保温", "insulation"),
        "heating": ("供热供冷", "heating and cooling"),
        "pipes": ("给排水管道", "pipes"),
        "electrical": ("电气线路", "electrical lines"),
        "decoration": ("装修", "decoration"),
        "lift": ("电梯", "lift"),
        "fire": ("消防设施", "fire equipment"),
        "road": ("道路", "road"),
        "lighting": ("照明", "lighting"),
        "greening": ("绿化", "greenery"),
        "security": ("安防设施", "security equipment"),
        "parking": ("停车设施", "parking"),
        "other": ("其他部位", "other part"),
    },
    "disclosure.DisclosureState": {
        "prepared": ("已编制", "prepared"),
        "checked": ("已审核", "checked"),
        "published": ("已公示", "published"),
    },
    "journal.BookCode": {
        "fund": ("维修资金", "maintenance fund"),
        "revenue": ("公共收益", "public revenue"),
        "fee": ("物业费", "property fee"),
        "community": ("社区基金", "community fund"),
        "cash-shares": ("居民出资", "residents' contributions"),
    },
    "community.Duty": {
        "ask": ("申请", "asking"),
        "propose": ("提出方案", "proposing"),
        "prepare": ("编制", "preparing"),
        "review": ("人工复核", "reviewing"),
        "check": ("核对", "checking"),
        "approve": ("批准", "approving"),
        "decide": ("审批", "deciding"),
        "pay": ("付款", "paying"),
        "refund": ("退款", "refunding"),
        "accept": ("验收", "accepting the works"),
        "settle": ("结算", "settling"),
        "publish": ("公示", "publishing"),
        "repair": ("维修", "repairing"),
        "confirm": ("确认", "confirming"),
        "follow_up": ("回访", "following up"),
        "release": ("转出签字", "signing the release"),
        "take_over": ("接收签字", "signing the take-over"),
        "sign": ("移交签字", "signing the hand-over"),
        "enter_first": ("第一次录入", "the first entry"),
        "enter_again": ("第二次录入", "the second entry"),
        "announce": ("公告议题", "announcing the vote"),
        "put_to_vote": ("付诸表决", "being put to the vote"),
        "count": ("计票", "counting"),
        "record_ruling": ("登记裁决", "recording the ruling"),
        "register": ("登记", "registering"),
        "clear": ("销号", "clearing"),
        "notify": ("通知续筹", "telling the owners to top up"),
        "take_in": ("收款", "taking money in"),
        "buy": ("购买", "buying"),
        "cash": ("兑付", "cashing"),
        "erase": ("删除个人信息", "erasing personal data"),
    },
    "files.Erasable": {
        "who": ("日志里证明由谁办理的内容", "what proves in the log who did it"),
        "words": ("不公开的内容（理由、姓名、说明）", "what it says privately: reasons, names, notes"),
    },
    "log.NoteFault": {
        "key": ("公钥写法不对", "the key is not written as it should be"),
        "weak_key": ("公钥是弱钥", "the key is of small order"),
        "key_number": ("公钥的编号与公钥不符", "the number of the key is not the key's"),
        "name": ("签名者的名称不合规定", "the signer's name is not allowed"),
        "text": ("正文没有以换行结束", "the text has no newline at its end"),
        "too_long": ("文件太长", "it is too long"),
        "control": ("含有控制字符", "it holds control characters"),
        "no_newline": ("末尾没有换行", "there is no newline at the end"),
        "no_signature": ("没有签名", "it has no signature"),
        "signature_line": ("签名行写法不对", "a signature line is not written as it should be"),
        "nobody_known": ("没有认识的签名", "nobody known has signed it"),
        "checkpoint": ("不是检查点", "it is no checkpoint"),
        "checkpoint_size": ("检查点的条数写法不对", "the size of the checkpoint is not a number"),
        "checkpoint_root": ("检查点的根写法不对", "the root of the checkpoint is not written as it should be"),
        "proof_header": ("不是证明文件", "it is no proof"),
        "proof_index": ("证明的序号写法不对", "the index of the proof is not a number"),
        "proof_path": ("证明的路径写法不对", "the path of the proof is not written as it should be"),
        "base64": ("编码写法不对", "its coding cannot be read"),
        "other_log": ("检查点由别的日志签名", "the checkpoint is signed by the key of another log"),
        "not_in_tree": ("这一条不在日志里", "the leaf is not in the tree"),
        "encoding": ("文件的文字编码读不懂", "its text cannot be decoded"),
    },
    "log.LeafFault": {
        "text": ("有不完整的字符", "a character is cut in half"),
        "too_large": ("内容太大", "it is too large"),
        "field_name": ("栏目名称只能用英文字母", "a field's name holds more than plain letters"),
        "number": ("整数太大", "a whole number is too large"),
        "kind": ("有不能记录的内容，例如小数", "it holds what cannot be recorded, such as a decimal"),
        "salt": ("盐太短", "the salt is too short"),
    },
    "cli.DatabaseFault": {
        "address": ("地址写得不对", "its address cannot be read"),
        "no_tables": ("里面没有账本的表", "it has no tables of the ledger"),
        "no_database": ("这个文件不是数据库", "the file is not a database"),
        "unreachable": ("连不上或打不开", "it cannot be reached or opened"),
        "denied": ("数据库的这个角色没有权限做这件事", "this role of the database may not do this"),
        "full": ("磁盘写不进去，可能已经满了", "the disk cannot be written, it may be full"),
        "damaged": ("数据库文件坏了，请从备份恢复", "the file is damaged, restore a backup"),
        "other": ("数据库没有说明原因", "the database gives no reason"),
    },
    "errors.FileFault": {
        "missing": ("没有这个文件或目录", "there is no such file or directory"),
        "denied": ("没有读写的权限", "permission is denied"),
        "directory": ("它是目录，不是文件", "it is a directory"),
        "not_directory": ("路径里有一段不是目录", "a part of its path is no directory"),
        "exists": ("已经有这个文件", "it exists already"),
        "full": ("磁盘满了", "the disk is full"),
        "read_only": ("磁盘是只读的", "the disk is read-only"),
        "other": ("系统没有说明原因", "the system gives no reason"),
    },
    "period": {
        "month": ("月", "month"),
        "quarter": ("季度", "quarter"),
        "half-year": ("半年", "half-year"),
        "year": ("年度", "year"),
    },
    "account": {
        "bank": ("银行存款", "bank account"),
        "wallet": ("微信、支付宝收款户", "wallet account"),
        "suspense": ("待查收款", "receipts to be identified"),
        "bonds": ("国债投资", "treasury bonds"),
        "advance": ("备用金", "petty advance"),
        "house_loss": ("应付房屋灭失返还资金", "payable on loss of houses"),
        "commodity": ("商品住宅维修资金", "commodity-housing fund"),
        "public_seller": ("已售公有住房维修资金—售房单位", "sold-public-housing fund, seller"),
        "public_owner": ("已售公有住房维修资金—业主", "sold-public-housing fund, owners"),
        "gains": ("待分配累计收益", "undistributed gains"),
        "deposits_commodity": ("交存收入—商品住宅", "deposits received, commodity housing"),
        "deposits_seller": ("交存收入—已售公有住房—售房单位", "deposits received, sold public housing, seller"),
        "deposits_owner": ("交存收入—已售公有住房—业主", "deposits received, sold public housing, owners"),
        "interest": ("存款利息收入", "deposit interest"),
        "bond_interest": ("国债利息收入", "bond interest"),
        "operating": ("经营收入", "operating income from common parts"),
        "scrap": ("共用设施处置收入", "disposal of common facilities"),
        "other_income": ("其他收入", "other income"),
        "repairs_commodity": ("维修支出—商品住宅", "repairs, commodity housing"),
        "repairs_seller": ("维修支出—已售公有住房—售房单位", "repairs, sold public housing, seller"),
        "repairs_owner": ("维修支出—已售公有住房—业主", "repairs, sold public housing, owners"),
        "refunds_commodity": ("返还支出—商品住宅", "refunds, commodity housing"),
        "refunds_seller": ("返还支出—已售公有住房—售房单位", "refunds, sold public housing, seller"),
        "refunds_owner": ("返还支出—已售公有住房—业主", "refunds, sold public housing, owners"),
        "other_expense": ("其他支出", "other expenditure"),
    },
    "book": {
        "fund": ("维修资金", "maintenance fund"),
        "revenue": ("公共收益", "public revenue"),
        "fee": ("物业费", "property fee"),
        "community": ("社区基金", "community fund"),
        "cash-shares": ("居民出资", "residents' contributions"),
        "grant-government": ("改造资金—政府投入", "works money: government"),
        "grant-utility": ("改造资金—专营单位分担", "works money: utilities"),
        "grant-residents": ("改造资金—居民出资", "works money: residents"),
        "grant-social-capital": ("改造资金—社会资本引入", "works money: private capital"),
        "grant-public-revenue": ("改造资金—公共收益补充", "works money: public revenue"),
    },
    "journal.Element": {
        "asset": ("资产", "asset"),
        "liability": ("负债", "liability"),
        "net": ("净资产", "net assets"),
        "income": ("收入", "income"),
        "expense": ("费用", "expense"),
    },
    "journal.KeptBy": {
        "home": ("逐户", "by home"),
        "party": ("逐个往来单位", "by party"),
    },
    "journal.Side": {
        "D": ("借方", "debit"),
        "C": ("贷方", "credit"),
    },
    "grants.Source": {
        "government": ("政府投入", "government"),
        "utility": ("专营单位分担", "utilities"),
        "residents": ("居民出资", "residents"),
        "social_capital": ("社会资本引入", "private capital"),
        "public_revenue": ("公共收益补充", "public revenue"),
        "maintenance_fund": ("维修资金", "maintenance fund"),
    },
    "grants.ItemClass": {
        "basic": ("基础类", "basic"),
        "improving": ("完善类", "improving"),
        "raising": ("提升类", "raising"),
        "personal": ("个性化改造", "personal"),
    },
    "grants.Basis": {
        "area": ("按面积", "by area"),
        "household": ("按户", "by household"),
    },
    "grants.PayoutKind": {
        "bill": ("工程款", "bill"),
        "release": ("返还质量保证金", "release of retention money"),
        "return": ("退回", "return"),
    },
    "grants.ConcessionKind": {
        "epc_o": ("设计施工运营一体", "design, build and operate"),
        "ppp": ("特许经营", "public-private partnership"),
        "invest_and_run": ("社会资本投资运营", "private capital invests and operates"),
    },
    "grants.ConcessionState": {
        "running": ("经营中", "running"),
        "ended": ("已到期", "ended"),
        "terminated": ("已终止", "terminated"),
    },
    "grants.Direction": {
        "in": ("收入", "in"),
        "out": ("支出", "out"),
    },
    "fees.Basis": {
        "per_m2": ("按面积", "per square metre"),
        "per_household": ("按户", "per household"),
        "package": ("套餐", "package"),
    },
    "fees.Pricing": {
        "guided": ("政府指导价", "price guided by the government"),
        "market": ("市场调节价", "market price"),
    },
    "fees.PartMonth": {
        "days": ("按天", "by days"),
        "whole": ("按整月", "whole month"),
    },
    "fees.Part": {
        "cost": ("追索费用", "costs of collection"),
        "interest": ("违约金", "late charge"),
        "principal": ("物业费本金", "fee"),
    },
    "fees.Into": {
        "bank": ("银行账户", "bank account"),
        "wallet": ("收款钱包", "wallet"),
    },
    "fees.Happened": {
        "charge": ("应收", "charge"),
        "surcharge": ("加收", "surcharge"),
        "waiver": ("减免", "waiver"),
        "payment": ("交费", "payment"),
    },
    "fees.Kind": {
        "vacant": ("空置", "vacant home"),
        "low_income": ("低收入家庭", "low income"),
        "service_defect": ("服务不到位", "defect of the service"),
        "compensation": ("赔偿抵扣", "compensation"),
        "promotion": ("优惠活动", "promotion"),
    },
    "fees.State": {
        "requested": ("待批准", "requested"),
        "approved": ("已批准", "approved"),
        "rejected": ("未批准", "rejected"),
        "withdrawn": ("已撤回", "withdrawn"),
    },
    "fees.Ground": {
        "overpaid": ("多交", "overpaid"),
        "contract_ended": ("合同终止", "contract ended"),
        "unlawful_charge": ("违规收费", "unlawful charge"),
    },
    "fees.RefundState": {
        "requested": ("待退款", "requested"),
        "paid": ("已退款", "paid"),
        "rejected": ("不退款", "rejected"),
    },
    "fees.Measure": {
        "reminder": ("提醒", "reminder"),
        "committee_urging": ("业委会督促", "urging by the committee"),
        "letter": ("催缴函", "letter"),
        "suit": ("起诉", "suit"),
        "promise": ("还款承诺", "promise to pay"),
        "cut_power": ("停电", "cutting power"),
        "cut_water": ("停水", "cutting water"),
        "cut_heat": ("停暖", "cutting heat"),
        "cut_gas": ("停气", "cutting gas"),
        "lock_access": ("锁门禁", "locking the entry"),
        "name_in_public": ("公开姓名", "naming in public"),
    },
    "fees.Channel": {
        "signed": ("本人签收", "signed for"),
        "registered_post": ("挂号信", "registered post"),
        "sms": ("短信", "text message"),
        "message": ("即时消息", "chat message"),
        "witnessed": ("见证送达", "before witnesses"),
        "court": ("法院送达", "court service"),
    },
    "fees.TimeBar": {
        "running": ("时效内", "running"),
        "at_risk": ("时效将满", "about to lapse"),
        "passed": ("时效已过", "lapsed"),
    },
    "fees.CostLine": {
        "staff": ("管理服务人员费用", "staff"),
        "upkeep": ("共用部位设施日常养护", "daily upkeep"),
        "cleaning": ("清洁卫生", "cleaning"),
        "greening": ("绿化养护", "greenery"),
        "order": ("秩序维护", "order"),
        "office": ("办公费用", "office"),
        "depreciation": ("固定资产折旧", "depreciation"),
        "insurance": ("公众责任保险", "insurance"),
        "agreed": ("业主同意的其他费用", "other costs the owners agreed to"),
        "medium_repair": ("中修", "medium repair"),
        "major_repair": ("大修", "major repair"),
    },
    "fees.Answers": {
        "firm": ("物业服务企业", "property firm"),
        "firm_and_subdistrict": ("国有企业和街道", "state firm and street office"),
        "community": ("社区", "community"),
        "committee": ("业委会", "owners' committee"),
        "appointed_firm": ("街道指定的企业", "firm appointed by the street office"),
        "one_firm": ("同一家企业", "one firm for all"),
        "subdistrict": ("街道办事处", "street office"),
    },
    "fees.Money": {
        "fee": ("物业费", "fee"),
        "fee_and_subsidy": ("物业费和补贴", "fee and subsidy"),
        "fee_by_resolution": ("业主决定的费用", "fee by the owners' resolution"),
        "all_owners": ("全体业主分担", "all owners"),
        "own_books": ("各小区分账", "each community's own books"),
    },
    "fees.ShareKey": {
        "area": ("按面积", "by area"),
        "households": ("按户数", "by households"),
    },
    "fund.DepositKind": {
        "first": ("首期交存", "first deposit"),
        "topup": ("续交", "top-up"),
        "establish": ("补建", "late establishment"),
        "opening": ("期初转入", "brought over"),
    },
    "fund.Standing": {
        "no_fund": ("尚未建立维修资金", "without a fund so far"),
        "needs_topup": ("余额偏低须续交", "low, needing a top-up"),
        "sound": ("余额够用", "with enough money"),
    },
    "fund.LineKind": {
        "first": ("首期交存", "first deposit"),
        "topup": ("续交", "top-up"),
        "establish": ("补建", "late establishment"),
        "opening": ("期初转入", "brought over"),
        "gains": ("利息分配", "interest shared out"),
        "repair": ("维修分摊", "share of a repair"),
        "return": ("退返", "returned"),
        "custody": ("划转", "hand-over"),
        "holder": ("转让更名", "change of owner"),
        "reversal": ("冲销", "reversal"),
    },
    "fund.ProjectState": {
        "draft": ("方案阶段", "planned"),
        "surveyed": ("已查勘", "surveyed"),
        "priced": ("预算已审价", "budget reviewed"),
        "posted": ("方案公示中", "plan posted"),
        "voting": ("业主表决中", "being voted on"),
        "vote_posted": ("表决结果已公示", "result of the vote posted"),
        "applied": ("已申请列支", "applied for"),
        "approved": ("已批准，待开工", "approved, works to begin"),
        "advance_paid": ("已付首付款", "advance paid"),
        "in_works": ("施工中", "works under way"),
        "accepted": ("已验收，待结算付款", "accepted, to be settled and paid"),
        "settled": ("已结算，待付款", "settled, to be paid"),
        "final_paid": ("已付款", "paid"),
        "apportioned": ("已付款并分摊到户", "paid and shared out"),
        "disclosed": ("已付款并公示分摊", "paid, shares posted"),
        "archived": ("已归档", "archived"),
        "rejected": ("没有通过", "not passed"),
        "cancelled": ("已取消", "cancelled"),
        "overrun_revote": ("结算超预算，待重新表决", "settled above the budget, another vote needed"),
    },
    "fund.Action": {
        "consent": ("审核同意动用公有住房资金", "consent to the selling units' money"),
        "filing": ("备案", "filing"),
        "propose": ("提出方案", "proposing"),
        "review": ("审查方案", "reviewing the plan"),
        "survey": ("查勘", "surveying"),
        "price": ("审价", "reviewing the price"),
        "post_plan": ("公示方案", "posting the plan"),
        "announce_vote": ("公告表决", "announcing the vote"),
        "vote_down": ("表决未通过", "voting down"),
        "post_result": ("公示表决结果", "posting the result"),
        "apply": ("申请列支", "applying"),
        "order_substitute": ("责令代修", "ordering a substitute repair"),
        "approve": ("批准", "approving"),
        "refuse": ("不予批准", "refusing"),
        "pay_advance": ("付首付款", "paying the advance"),
        "pay_unit": ("付审价、监理费", "paying the appraiser or the engineer"),
        "begin": ("开工", "beginning the works"),
        "accept": ("验收", "accepting the works"),
        "settle": ("结算", "settling"),
        "pay_final": ("付尾款", "paying the rest"),
        "release_retention": ("返还质量保证金", "releasing the retention money"),
        "take_back": ("追回款项", "taking money back"),
        "apportion": ("分摊", "sharing out"),
        "disclose": ("公示分摊", "posting the shares"),
        "archive": ("归档", "archiving"),
        "cancel": ("取消", "cancelling"),
    },
    "fund.Paper": {
        "photo": ("照片", "photograph"),
        "inspection_notice": ("检验意见通知书", "inspection notice"),
        "expert_note": ("专家意见", "expert's note"),
        "price_review": ("审价报告", "price review"),
        "application": ("申请表", "application"),
        "order": ("责令通知", "order"),
        "contract": ("合同", "contract"),
        "settlement_audit": ("结算审计", "audit of the settlement"),
        "sheet": ("分摊表", "sheet of shares"),
    },
    "fund.Stage": {
        "advance": ("首付款", "advance"),
        "unit": ("审价、监理费", "fee of the appraiser or the engineer"),
        "final": ("尾款", "final payment"),
        "retention": ("质量保证金", "retention money"),
    },
    "fund.ScopeKind": {
        "community": ("全小区", "whole community"),
        "building": ("本幢", "building"),
        "stairwell": ("本单元", "stairwell"),
        "side": ("本单元一侧", "side of a stairwell"),
    },
    "fund.EmergencyCase": {
        "lift": ("电梯故障危及安全", "dangerous lift failure"),
        "fire": ("消防设施故障", "fire equipment failure"),
        "roof_wall_leak": ("屋面、外墙渗漏", "leaking roof or wall"),
        "water_pump": ("二次供水水泵中断", "water pump failure"),
        "drain": ("排水设施堵塞、爆裂", "blocked or burst drain"),
        "facade_fall": ("外墙脱落危及安全", "falling facade"),
        "wall_road_collapse": ("围墙、道路坍塌", "collapsed wall or road"),
        "other_safety": ("其他危及房屋安全的情形", "other danger to the building"),
    },
    "fund.Term": {
        "decide": ("作出决定", "decision"),
        "file": ("备案", "filing"),
        "post": ("公示支出", "posting of what was spent"),
    },
    "fund.Rule": {
        "N1": ("专有部分", "exclusive parts"),
        "N2": ("保修期内", "within the warranty"),
        "N3": ("专营单位的设施", "a utility's equipment"),
        "N4": ("人为损坏", "damaged by a person"),
        "N5": ("日常养护", "daily upkeep"),
        "N6": ("其他规定禁止", "forbidden by another rule"),
        "N7": ("与维修、更新、改造无关", "neither repair, renewal nor alteration"),
        "M1": ("先核实再列支", "to be checked first"),
        "Y2": ("应急维修", "emergency repair"),
        "Y1": ("可以列支", "may be paid by the fund"),
    },
    "fund.Keeper": {
        "pre_transfer": ("主管部门代管", "kept by the authority"),
        "post_transfer": ("业主大会管理", "managed by the owners' assembly"),
    },
    "fund.AccountLevel": {
        "area": ("物业管理区域", "whole community"),
        "building": ("幢", "building"),
    },
    "fund.ReturnKind": {
        "refund": ("退款", "refund"),
        "loss": ("房屋灭失返还", "return on loss of the building"),
    },
    "fund.Payee": {
        "owner": ("业主", "owner"),
        "seller": ("售房单位", "selling unit"),
        "treasury": ("国库", "treasury"),
    },
    "fund.Instrument": {
        "treasury": ("国债", "treasury bond"),
        "other_bond": ("其他债券", "other bond"),
        "wealth_product": ("理财产品", "wealth product"),
        "repo": ("国债回购", "repurchase of treasury bonds"),
    },
    "fund.Market": {
        "primary": ("一级市场", "primary market"),
        "secondary": ("二级市场", "secondary market"),
    },
    "fund.Ending": {
        "maturity": ("到期兑付", "maturity"),
        "sale": ("卖出", "sale"),
        "repo": ("回购", "repurchase"),
        "pledge": ("质押", "pledge"),
    },
    "fund.BondState": {
        "planned": ("拟购买", "planned"),
        "held": ("持有", "held"),
        "matured": ("已兑付", "matured"),
    },
    "fund.Source": {
        "interest": ("存款利息", "interest"),
        "scrap": ("共用设施处置收入", "scrap of common equipment"),
        "other_income": ("其他收入", "other income"),
    },
    "fund.PartKind": {
        "home": ("户", "home"),
        "seller": ("售房单位", "selling unit"),
    },
    "fund.Basis": {
        "target": ("按标准补足", "up to the standard"),
        "total": ("按总额分摊", "share of a total"),
    },
    "fund.PlanState": {
        "planned": ("方案阶段", "planned"),
        "voting": ("业主表决中", "being voted on"),
        "adopted": ("已通过", "adopted"),
        "rejected": ("没有通过", "not passed"),
    },
    "fund.Way": {
        "received": ("收到", "received"),
        "paid_on": ("转付", "paid on"),
    },
    "votes.Matter": {
        "rules": ("制定、修改议事规则", "rules of procedure"),
        "convention": ("制定、修改管理规约", "owners' convention"),
        "committee": ("选举、更换业委会", "election of the committee"),
        "firm": ("选聘、解聘物业企业", "hiring or dismissing the property firm"),
        "use_fund": ("使用维修资金", "use of the maintenance fund"),
        "raise_fund": ("筹集维修资金", "raising the maintenance fund"),
        "rebuild": ("改建、重建建筑物", "rebuilding"),
        "common_parts_business": ("利用共有部分经营", "business on common parts"),
        "other": ("其他重大事项", "other important matters"),
    },
    "votes.Choice": {
        "yes": ("同意", "yes"),
        "no": ("反对", "no"),
        "abstain": ("弃权", "abstention"),
        "invalid": ("废票", "invalid"),
    },
    "votes.Way": {
        "electronic": ("电子投票", "electronic"),
        "paper": ("书面投票", "on paper"),
    },
    "votes.MotionState": {
        "open": ("表决中", "open"),
        "closed": ("已计票", "closed"),
        "annulled": ("已撤销", "annulled"),
    },
    "votes.ObjectionState": {
        "raised": ("已提出", "raised"),
        "answered": ("已答复", "answered"),
        "court": ("已起诉", "before the court"),
        "upheld": ("成立", "upheld"),
        "dismissed": ("不成立", "dismissed"),
    },
    "intake.LineState": {
        "matched": ("已入户", "credited to a home"),
        "suspense": ("待查", "in suspense"),
        "resolved": ("已查明", "cleared up"),
        "settled": ("已结转", "settled"),
        "returned": ("已退回", "returned"),
        "kept": ("暂未对应凭证", "no entry known"),
        "booked": ("已有凭证", "entry known"),
    },
    "intake.LineAction": {
        "resolved": ("查明", "cleared up"),
        "settled": ("结转", "settled"),
        "return_asked": ("申请退回", "return asked"),
        "returned": ("退回", "returned"),
        "undone": ("撤回", "undone"),
    },
    "intake.Side": {
        "opening": ("期初", "opening"),
        "books": ("账面", "books"),
        "bank": ("银行", "bank"),
    },
    "intake.Direction": {
        "in": ("收入", "in"),
        "out": ("支出", "out"),
        "neutral": ("不计收支", "neither"),
        "void": ("未成交", "never arrived"),
    },
    "intake.Meaning": {
        "occurred": ("交易时间", "time"),
        "amount": ("金额", "amount"),
        "income": ("收入金额", "money in"),
        "expense": ("支出金额", "money out"),
        "fee": ("手续费", "charge"),
        "balance": ("余额", "balance"),
        "direction": ("收支方向", "direction"),
        "currency": ("币种", "currency"),
        "counterparty": ("对方户名", "counterparty"),
        "remark": ("摘要", "remark"),
        "order_no": ("流水号", "order number"),
        "kind": ("交易类型", "kind"),
        "status": ("交易状态", "status"),
    },
    "intake.Spelled": {
        "in": ("收支方向列里，收入写作", "money in, in the direction column"),
        "out": ("收支方向列里，支出写作", "money out, in the direction column"),
        "neutral": ("收支方向列里，不计收支写作", "neither in nor out, in the direction column"),
        "void": ("交易状态列里，没有成交写作", "never arrived, in the status column"),
        "currency": ("币种列里，人民币写作", "yuan, in the currency column"),
    },
    "intake.Form": {
        "text": ("文字", "text"),
        "code": ("代码", "code"),
        "word": ("选项", "one of a list"),
        "number": ("数字", "number"),
        "day": ("日期", "day"),
    },
    "repairs.Category": {
        "leak": ("漏水、渗水", "leak"),
        "drain": ("下水道、排水", "drain"),
        "water": ("供水", "water supply"),
        "power": ("供电", "power"),
        "lift": ("电梯", "lift"),
        "lighting": ("楼道灯、路灯", "lighting"),
        "door": ("单元门、门禁", "door and entry"),
        "wall": ("墙面、屋顶", "wall and roof"),
        "road": ("道路、车位", "road and parking"),
        "greening": ("绿化", "greenery"),
        "cleaning": ("保洁、垃圾", "cleaning and rubbish"),
        "security": ("安全、监控", "safety and cameras"),
        "complaint": ("投诉", "complaint"),
        "other": ("其他", "other"),
    },
    "repairs.Priority": {
        "P1": ("危及人身安全", "danger to life"),
        "P2": ("急修", "urgent"),
        "P3": ("一般维修", "ordinary"),
        "P4": ("需要立项", "needs a project"),
    },
    "repairs.Route": {
        "emergency": ("先抢险，后定责", "make safe first, settle later"),
        "warranty": ("保修单位免费修", "under warranty: the contractor, free"),
        "owner": ("业主自己的部分", "the owner's own part"),
        "utility": ("水电气等专营单位", "the utility"),
        "tort": ("损坏人负责", "whoever damaged it"),
        "contract": ("物业按合同修", "the property firm, by contract"),
        "fund_project": ("维修资金项目", "a project of the maintenance fund"),
        "proposal": ("居民提议", "a residents' proposal"),
    },
    "repairs.State": {
        "new": ("新报", "new"),
        "triaged": ("已定责", "judged"),
        "assigned": ("已派工", "assigned"),
        "arrived": ("已到场", "on site"),
        "done": ("已完工", "done"),
        "verified": ("已确认", "confirmed"),
        "followed_up": ("已回访", "followed up"),
        "closed": ("已办结", "closed"),
        "rejected": ("不受理", "not accepted"),
    },
    "revenue.Category": {
        "parking_common": ("占用共有道路、场地停车", "parking on common ground"),
        "parking_temp": ("临时停车", "short-time parking"),
        "ad_lift": ("电梯广告", "lift advertising"),
        "ad_gate_lightbox_wall": ("道闸、灯箱、外墙广告", "advertising on gates, light boxes and walls"),
        "venue_rent": ("场地租赁", "rent of common ground"),
        "room_rent": ("共有用房出租", "rent of common rooms"),
        "parcel_locker": ("快递柜", "parcel lockers"),
        "vending": ("自助售卖机", "vending machines"),
        "ev_charging": ("充电桩", "charging points"),
        "telecom_site": ("通信基站场地", "telecom sites"),
        "club_pool": ("会所、泳池", "club house and pool"),
        "compensation": ("赔偿、征收补偿", "compensation for common facilities"),
        "scrap": ("旧设备残值", "scrap of old equipment"),
        "interest": ("存款利息", "interest"),
        "other": ("其他", "other"),
    },
    "revenue.CostKind": {
        "tax": ("税费", "tax"),
        "energy": ("能耗", "energy"),
        "staff": ("人工", "staff"),
        "management": ("管理费", "management"),
    },
    "revenue.Method": {
        "tender": ("招标", "tender"),
        "quotes": ("比价", "quotes"),
        "negotiation": ("协商", "negotiation"),
        "renewal": ("续签", "renewal"),
    },
    "revenue.ContractState": {
        "active": ("履行中", "active"),
        "ended": ("已到期", "ended"),
        "terminated": ("已解除", "terminated"),
    },
    "revenue.Base": {
        "NET": ("净收益", "net revenue"),
        "ACCOUNT_BALANCE": ("账户余额", "balance of the account"),
        "GROSS_MINUS_CAP": ("毛收入扣除限额成本", "gross revenue less capped costs"),
    },
    "revenue.Use": {
        "fund": ("转入维修资金", "into the maintenance fund"),
        "repairs": ("共用部位维修", "repairs of common parts"),
        "owners": ("业主大会、业委会开支", "the owners' assembly and committee"),
        "audit": ("审计", "audit"),
        "offset": ("抵物业费", "set off against the fee"),
        "benefit": ("业主福利", "benefits for the owners"),
        "other": ("其他", "other"),
        "investment": ("投资", "investment"),
        "loan": ("出借", "loan"),
        "guarantee": ("担保", "guarantee"),
    },
    "handover.Cause": {
        "dismissed": ("业主解聘", "dismissed by the owners"),
        "expired": ("合同到期", "term over"),
        "firm_leaves": ("企业不再续约", "the firm leaves"),
        "indefinite_ended": ("不定期合同终止", "contract without term ended"),
    },
    "handover.Standing": {
        "future": ("未开始", "not begun"),
        "running": ("履行中", "running"),
        "indefinite": ("不定期", "without term"),
        "ended": ("已终止", "ended"),
    },
    "handover.ItemKind": {
        "prepaid": ("预收物业费", "prepaid fees"),
        "deposit": ("押金", "deposits"),
        "unpaid": ("未付款项", "unpaid bills"),
        "contract": ("合同", "contracts"),
        "room": ("物业用房", "rooms"),
        "keys": ("钥匙", "keys"),
        "files": ("资料", "papers"),
        "equipment": ("设备", "equipment"),
    },
    "handover.Treatment": {
        "refund": ("退还", "refunded"),
        "forward": ("移交下一家", "passed on"),
    },
    "handover.ItemState": {
        "listed": ("待移交", "listed"),
        "handed": ("已移交", "handed over"),
        "missing": ("缺失", "missing"),
    },
    "handover.Side": {
        "firm": ("物业企业", "firm"),
        "owners": ("业主一方", "owners"),
    },
    "findings.Severity": {
        "H": ("高", "high"),
        "M": ("中", "medium"),
        "L": ("低", "low"),
    },
    "findings.Flag": {
        "R03": ("疑似拆分", "looks split"),
        "R12": ("收入未入账", "revenue not booked"),
        "R14": ("转入逾期", "late remittance"),
        "R23": ("疑似滥用应急", "looks like abuse of the emergency way"),
        "R32": ("交接缺漏", "gaps in the hand-over"),
        "R35": ("合同到期未决定", "contract not decided in time"),
    },
    "accounts.AccountTask": {
        "approve": ("批准账户", "approve an account"),
    },
    "handover.ContractTask": {
        "decide": ("组织续聘或改聘的决定", "decide to renew or to replace the firm"),
        "firm_notice": ("不再续约的书面通知", "written notice of not renewing"),
        "dismissal_notice": ("解聘或不续聘的书面通知", "written notice of dismissal or of not renewing"),
        "ends": ("物业服务合同到期", "service contract ends"),
        "goes_on": ("合同已到期，没有决定，按不定期合同继续", "past its term without a decision, goes on without a term"),
        "hand_over": ("移交清单逾期未签", "hand-over list not signed in time"),
    },
    "first_month.Step": {
        "people": ("邀请工作人员", "invite the staff"),
        "slips": ("用登录条登录", "use the slips to sign in"),
        "contract": ("登记物业服务合同", "enter the service contract"),
        "prices": ("登记收费标准", "set the prices of the service"),
        "accounts": ("申请账户", "ask for the accounts"),
        "approval": ("批准账户", "approve the accounts"),
        "charge": ("计收物业费", "charge the fee"),
        "statement": ("导入银行流水", "import the bank statement"),
        "suspense": ("认领没认出的收款", "say whose the unknown receipts are"),
        "reconcile": ("对账", "reconcile with the bank"),
        "close": ("月结", "close the month"),
        "disclose": ("第一次公示", "publish the first disclosure"),
    },
    "first_month.StepState": {
        "done": ("已办", "done"),
        "open": ("现在要办", "to be done now"),
        "waits": ("还不能办", "not yet"),
    },
    "findings.Link": {
        "contractor": ("施工单位相同", "same contractor"),
        "component": ("部位相同", "same part"),
        "scope": ("列支范围重合", "overlapping scope"),
    },
    "notice": {
        "half-year": ("收支公示", "accounts"),
        "evaluation": ("物业服务评价", "evaluation of the property firm"),
    },
    "kept": {
        "true": ("已经划转业主大会", "the owners' assembly"),
        "false": ("由主管部门代管", "in custody of the authority"),
    },
    "passed": {
        "true": ("通过", "passed"),
        "false": ("没有通过", "not passed"),
    },
    "acceptance": {
        "null": ("还没有验收", "not accepted yet"),
    },
    "remitted": {
        "null": ("到制表时还没有转", "not yet when this was prepared"),
    },
    "rate": {
        "null": ("不适用", "not applicable"),
    },
    "holds": {
        "true": ("相符", "agrees"),
        "false": ("不符", "does not agree"),
        "null": ("未核对", "not checked"),
    },
    "missing": {
        "true": ("该交的材料没交", "required material not handed in"),
    },
    "assessed": {
        "false": ("不评", "not assessed"),
    },
    "number.scope": {
        "national_default": ("全国默认", "national default"),
        "community": ("本小区", "this community"),
        "shanghai": ("上海", "Shanghai"),
        "beijing": ("北京", "Beijing"),
        "hangzhou": ("杭州", "Hangzhou"),
        "henan": ("河南", "Henan"),
        "ningbo": ("宁波", "Ningbo"),
        "qingyuan": ("清远", "Qingyuan"),
        "huzhou": ("湖州", "Huzhou"),
        "liaocheng": ("聊城", "Liaocheng"),
        "jiangsu": ("江苏", "Jiangsu"),
    },
    "number.value": {
        "half_year": ("每半年", "every half-year"),
        "quarterly": ("每季度", "every quarter"),
        "yearly": ("每年", "every year"),
        "monthly": ("每月", "every month"),
        "never": ("不归集", "never"),
        "area": ("按小区", "by community"),
        "building": ("按幢", "by building"),
        "NET": ("收入减成本", "income less costs"),
        "ACCOUNT_BALANCE": ("账户余额", "balance of the account"),
        "whole": ("按整月", "as a whole month"),
        "fund_below_30pct": ("维修资金低于首期的 30%", "when the fund is below 30 % of the first deposit"),
        "end_of_first_month_after_quarter": ("下一季度第一个月月底前", "by the end of the month after the quarter"),
        "management_committee": ("物业管理委员会", "property management committee"),
        "community_office": ("社区居委会", "residents' committee"),
    },
    "number": {
        "assembly.formed": ("已成立业主大会", "Owners' assembly formed"),
        "audit.head_leaves": ("主任离任时审计", "Audit when the head leaves"),
        "audit.posting_days": ("审计报告公示天数", "Days an audit stays posted"),
        "audit.report_due": ("年度审计报告最迟提交日（月-日）", "Yearly audit due by (month-day)"),
        "audit.term_end": ("业委会任期届满时审计", "Audit at the end of a committee's term"),
        "audit.yearly": ("每年审计", "Audit every year"),
        "committee.instead.basic": ("没有业委会时谁代行（基本服务）", "Who acts where there is no committee (basic service)"),
        "committee.instead.bundled": ("没有业委会时谁代行（打包连片）", "Who acts where there is no committee (bundled)"),
        "committee.instead.emergency": ("没有业委会时谁代行（应急物业）", "Who acts where there is no committee (emergency service)"),
        "committee.instead.market": ("没有业委会时谁代行（专业化物业）", "Who acts where there is no committee (market service)"),
        "committee.instead.quasi": ("没有业委会时谁代行（准物业）", "Who acts where there is no committee (quasi-service)"),
        "committee.instead.self": ("没有业委会时谁代行（自治管理）", "Who acts where there is no committee (self-management)"),
        "committee.instead.state_backstop": ("没有业委会时谁代行（国有兜底物业）", "Who acts where there is no committee (state backstop)"),
        "committee_fee_disclosure": ("业委会经费多久公示一次", "How often the committee's costs are disclosed"),
        "complaint_answer_days": ("投诉答复天数", "Days to answer a complaint"),
        "contract.decide_before_days": ("物业合同到期前多少天开始选聘表决", "Days before the contract ends to begin the decision"),
        "contract.dismiss_notice_days": ("解聘物业提前通知天数", "Days of notice to dismiss the firm"),
        "contract.firm_no_renew_notice_days": ("物业不续约提前通知天数", "Days of notice of a firm that leaves"),
        "contract.handover_days": ("物业移交天数", "Days for the hand-over"),
        "custody.handover_days": ("维修资金划转移交天数", "Days to hand the fund over"),
        "disclosure.due_days_after_period": ("期后多少天内公示", "Days after a period to disclose it"),
        "disclosure.least_cell": ("公示统计最少户数", "Least number of homes a figure may tell of"),
        "disclosure.posting_days": ("公示张贴天数", "Days a disclosure stays posted"),
        "fee.dunning_days": ("催交通知期限（天）", "Days given by a reminder"),
        "fee.emergency_most_months": ("应急物业最多几个月", "Most months of emergency service"),
        "fee.late_cap_lpr_pct": ("违约金上限（一年期贷款市场报价利率的百分之几）", "Ceiling of late charges (% of the one-year loan prime rate)"),
        "fee.low_income_subsidy": ("困难家庭减免", "Relief for poor households"),
        "fee.lpr_1y_e6": ("一年期贷款市场报价利率（百万分之几）", "One-year loan prime rate (millionths)"),
        "fee.part_month": ("不足一月怎么收", "How part of a month is charged"),
        "fee.price_change_audit_days": ("调价审计公示天数", "Days the audit for a price change is posted"),
        "fee.timebar_flag_months": ("欠费多少月提示时效", "Months of arrears at which the time bar is flagged"),
        "fee.vacancy_discount": ("空置房折扣", "Discount for vacant homes"),
        "fund.account_level": ("维修资金专户按什么开", "Level of the fund's account"),
        "fund.account_not_firms": ("维修资金账户不得用物业户名", "Fund's account not in the firm's name"),
        "fund.emergency_decide_wd": ("应急维修几个工作日内审核", "Working days to decide an emergency repair"),
        "fund.emergency_posting_days": ("应急维修公示天数", "Days an emergency repair is posted"),
        "fund.emergency_reserve": ("设立应急备用金", "Emergency reserve"),
        "fund.filing_days": ("备案天数", "Days to file"),
        "fund.overrun_redo_pct": ("超支百分之几要重新表决", "Overrun in % that needs a new vote"),
        "fund.preauthorised_each_fen": ("预先授权每次上限（分）", "Ceiling of each preauthorised use (fen)"),
        "fund.preauthorised_pct": ("预先授权占资金百分之几", "Preauthorised share of the fund (%)"),
        "fund.preauthorised_years": ("预先授权最长年数", "Most years of a preauthorisation"),
        "fund.price_review_over_fen": ("多少钱以上要审价（分）", "Price review above (fen)"),
        "fund.publish": ("维修资金多久公示一次", "How often the fund is disclosed"),
        "fund.reconcile": ("维修资金多久对账一次", "How often the fund is reconciled"),
        "fund.retention_pct": ("质量保证金上限（%）", "Ceiling of retention money (%)"),
        "fund.retention_years": ("质量保证金最长年数", "Most years of retention"),
        "fund.settlement_audit_exempt_fen": ("多少钱以下免结算审计（分）", "No settlement audit up to (fen)"),
        "fund.topup_trigger_pct": ("余额低于首期百分之几要续筹", "Top-up below this % of the first deposit"),
        "grants.subsidy_pct": ("改造补助比例（%）", "Subsidy of works (%)"),
        "intake.match_days": ("银行流水匹配天数", "Days within which a bank line is matched"),
        "revenue.account_not_firms": ("公共收益账户不得用物业户名", "Revenue account not in the firm's name"),
        "revenue.arrears_grace_days": ("旧欠收益宽限天数", "Days of grace for old revenue"),
        "revenue.base": ("转入维修资金按什么算", "What the share of the fund is reckoned on"),
        "revenue.cost_cap_pct": ("公共收益成本上限（%）", "Ceiling of costs of public revenue (%)"),
        "revenue.default_all_to_fund": ("没有约定时收益怎么归集", "Where revenue goes without a decision"),
        "revenue.parking_pre_assembly_to_fund_pct": ("业主大会成立前停车收益转入（%）", "Parking revenue to the fund before the assembly (%)"),
        "revenue.posting_days": ("公共收益公示天数", "Days public revenue is posted"),
        "revenue.posting_wd": ("公共收益公示工作日", "Working days to post public revenue"),
        "revenue.publish": ("公共收益多久公示一次", "How often public revenue is disclosed"),
        "revenue.publish_due": ("公共收益最迟公示时间", "When public revenue is to be disclosed"),
        "revenue.quotes_min": ("最少几家报价", "Least number of quotes"),
        "revenue.separate_account": ("公共收益单独开户", "Separate account for public revenue"),
        "revenue.stop_when_fund_full": ("维修资金足额后停止转入", "Stop transfers when the fund is full"),
        "revenue.to_fund_condition": ("转入维修资金的条件", "Condition of the transfer to the fund"),
        "revenue.to_fund_pct": ("公共收益转入维修资金（%）", "Public revenue to the fund (%)"),
        "revenue.to_fund_pct_min": ("转入维修资金最低比例（%）", "Least share to the fund (%)"),
        "revenue.to_fund_pct_min_exclusive": ("转入维修资金须超过（%）", "Share to the fund must exceed (%)"),
        "revenue.transfer": ("多久转入一次", "How often it is transferred"),
        "revenue.transfer_grace_wd": ("期满后几个工作日内转入", "Working days to transfer after the period"),
        "revenue.unbooked_days": ("收益多少天未入账要提示", "Days after which unbooked revenue is flagged"),
        "self_managed.publish": ("自治管理多久公示一次", "How often self-management is disclosed"),
        "service.P1.arrive_minutes": ("P1 级报修几分钟内到场", "Minutes to arrive, priority P1"),
        "service.P1.done_minutes": ("P1 级报修几分钟内修好", "Minutes to repair, priority P1"),
        "service.P2.arrive_minutes": ("P2 级报修几分钟内到场", "Minutes to arrive, priority P2"),
        "service.P2.done_minutes": ("P2 级报修几分钟内修好", "Minutes to repair, priority P2"),
        "service.P3.arrive_minutes": ("P3 级报修几分钟内到场", "Minutes to arrive, priority P3"),
        "service.P3.done_minutes": ("P3 级报修几分钟内修好", "Minutes to repair, priority P3"),
        "service.P4.arrive_minutes": ("P4 级报修几分钟内到场", "Minutes to arrive, priority P4"),
        "service.P4.done_minutes": ("P4 级报修几分钟内修好", "Minutes to repair, priority P4"),
        "splitting.band_days": ("拆分嫌疑：多少天内", "Splitting: within so many days"),
        "splitting.band_pct": ("拆分嫌疑：接近限额百分之几", "Splitting: at so many % of the limit"),
        "splitting.days": ("拆分嫌疑：间隔天数", "Splitting: days between"),
        "splitting.overlap_pct": ("拆分嫌疑：范围重叠（%）", "Splitting: overlap of homes (%)"),
        "topup.first_fen_per_m2.lift": ("首期标准：有电梯（分/㎡）", "First deposit with a lift (fen a m²)"),
        "topup.first_fen_per_m2.no_lift": ("首期标准：无电梯（分/㎡）", "First deposit without a lift (fen a m²)"),
        "topup.pay_days": ("续筹交存天数", "Days to pay a top-up"),
        "topup.resale_to_commodity": ("售后公房再售按商品房", "Resold public homes count as commodity homes"),
        "topup.silence_days": ("续筹异议天数", "Days to object to a top-up"),
        "topup.target_pct": ("续筹目标（首期的百分之几）", "Target of a top-up (% of the first deposit)"),
        "vote.deemed_consent": ("沉默视为同意", "Silence counts as consent"),
        "vote.notice_days": ("表决提前公告天数", "Days of notice before a vote"),
        "vote.plan_posting_days": ("使用方案公示天数", "Days a plan of use is posted"),
        "vote.proxies_each": ("一人最多受托几户", "Most proxies of one person"),
        "vote.result_posting_days": ("表决结果几天内公布", "Days to post the result of a vote"),
        "warranty.pre_expiry_inspection_days": ("保修期满前多少天联合检查", "Days before a warranty ends to inspect"),
        "warranty.years.decoration": ("装修保修年限", "Years of warranty: decoration"),
        "warranty.years.electrical": ("电气管线保修年限", "Years of warranty: electrical"),
        "warranty.years.fire": ("消防保修年限", "Years of warranty: fire equipment"),
        "warranty.years.greening": ("绿化保修年限", "Years of warranty: greening"),
        "warranty.years.heating": ("供热供冷保修年限", "Years of warranty: heating"),
        "warranty.years.insulation": ("保温保修年限", "Years of warranty: insulation"),
        "warranty.years.lift": ("电梯保修年限", "Years of warranty: lift"),
        "warranty.years.lighting": ("照明保修年限", "Years of warranty: lighting"),
        "warranty.years.other": ("其他保修年限", "Years of warranty: other parts"),
        "warranty.years.outer_wall": ("外墙保修年限", "Years of warranty: outer wall"),
        "warranty.years.parking": ("停车设施保修年限", "Years of warranty: parking"),
        "warranty.years.pipes": ("给排水管道保修年限", "Years of warranty: pipes"),
        "warranty.years.road": ("道路保修年限", "Years of warranty: road"),
        "warranty.years.roof": ("屋面保修年限", "Years of warranty: roof"),
        "warranty.years.security": ("安防保修年限", "Years of warranty: security"),
        "warranty.years.structure": ("主体结构保修年限", "Years of warranty: structure"),
        "works.defects_months_max": ("缺陷责任期上限（月）", "Most months of defects liability"),
        "works.retention_pct_max": ("工程质保金上限（%）", "Ceiling of works retention money (%)"),
    },
    "entry": {
        "home.held": ("业主变更登记", "change of holder"),
        "home.let": ("租户入住登记", "tenant moved in"),
        "home.left": ("租户搬出登记", "tenant moved out"),
        "home.area-corrected": ("面积更正", "floor area corrected"),
        "firm.registered": ("企业登记", "firm registered"),
        "firm.corrected": ("企业资料更正", "firm's particulars corrected"),
        "component.registered": ("部位登记", "component registered"),
        "site.registered": ("场地登记", "place that can be let registered"),
        "number.set": ("本地参数修改", "local number set"),
        "calendar.entered": ("工作日历录入", "calendar entered"),
        "community.joined": ("加入片区", "joined to an area"),
        "works.registered": ("改造工程登记", "works registered"),
        "works.package-registered": ("标段登记", "works package registered"),
        "works.package-accepted": ("标段验收", "works package accepted"),
        "service.concluded": ("物业服务合同签订", "service contract concluded"),
        "service.prolonged": ("物业服务合同延长", "service contract prolonged"),
        "person.appointed": ("任命", "appointment"),
        "person.deactivated": ("停用登录", "sign-in deactivated"),
        "person.ended": ("任职结束", "end of an appointment"),
        "file.erased": ("删除文件", "file erased"),
        "who.erased": ("删除经办人信息", "who did it erased"),
        "words.erased": ("删除私密内容", "private words erased"),
        "restored": ("从较旧的备份恢复", "restored from an older backup"),
        "fund.brought-over": ("资金转入", "money brought over"),
        "fund.deposited": ("交存", "deposit"),
        "fund.interest": ("存款利息", "interest"),
        "fund.scrap": ("共用设施处置收入", "scrap of common equipment"),
        "fund.other-income": ("其他收入", "other income"),
        "fund.gains-shared": ("收益分配", "gains shared out"),
        "fund.loss-accrued": ("房屋灭失应返还", "return due on loss of a building"),
        "fund.returned": ("返还", "return"),
        "bond.bought": ("购买国债", "treasury bonds bought"),
        "bond.matured": ("国债兑付", "treasury bonds matured"),
        "custody.released": ("划转转出", "hand-over out"),
        "custody.taken": ("划转转入", "hand-over in"),
        "fund.paid": ("维修支出", "repairs paid"),
        "fund.revenue": ("公共收益转入", "public revenue received"),
        "fees.charged": ("物业费应收", "fees charged"),
        "fees.received": ("物业费收款", "fees received"),
        "fees.prepaid-applied": ("预收抵应收", "prepaid fees applied"),
        "fees.identified": ("待查收款查明", "receipt in suspense cleared up"),
        "fees.waived": ("物业费减免", "fees waived"),
        "fees.waiver-undone": ("减免撤销", "waiver undone"),
        "fees.refunded": ("预收退款", "prepaid fees refunded"),
        "fees.late-charged": ("违约金应收", "late charges"),
        "fees.costs-claimed": ("追索费用应收", "costs of collection claimed"),
        "fees.cost": ("物业服务支出", "costs of the service"),
        "fees.remuneration": ("物业服务酬金", "remuneration of the firm"),
        "revenue.received": ("公共收益收款", "public revenue received"),
        "revenue.cost": ("公共收益成本", "costs of public revenue"),
        "revenue.remitted": ("转出到维修资金", "remitted to the maintenance fund"),
        "revenue.used": ("公共收益使用", "public revenue used"),
        "revenue.deposit-taken": ("收取押金", "deposit taken"),
        "revenue.deposit-returned": ("退还押金", "deposit returned"),
        "revenue.deposit-forfeited": ("没收押金", "deposit forfeited"),
        "fees.offset": ("公共收益抵物业费", "public revenue set off against fees"),
        "grant.received": ("改造资金到位", "works money received"),
        "grant.spent": ("改造资金支出", "works money spent"),
        "grant.returned": ("改造资金退回", "works money returned"),
        "contribution.received": ("居民出资归集", "contributions received"),
        "contribution.refunded": ("居民出资退款", "contributions refunded"),
        "contribution.used": ("居民出资拨付工程", "contributions paid to the works"),
        "donation.received": ("社区基金捐赠", "donation to the community fund"),
        "donation.spent": ("社区基金支出", "community fund spent"),
        "reversal": ("红字冲销", "reversal"),
        "carried-over": ("期末结转", "carried over at the end of the period"),
        "account.approved": ("批准账户", "account approved"),
        "account.closed": ("销户", "account closed"),
        "book.opened": ("开设账套", "book opened"),
        "revenue.signed": ("登记经营合同", "revenue contract entered"),
        "revenue.cost-claimed": ("申请列支成本", "cost claimed"),
        "fees.tariff": ("登记收费标准", "price of the fee set"),
        "fees.terms": ("登记收费约定", "terms of the fee entered"),
        "fees.refund-requested": ("申请退款", "refund asked for"),
        "fees.refund-rejected": ("不批准退款", "refund refused"),
        "fees.handed-over": ("登记交房", "homes handed over"),
        "fees.mode": ("登记管理方式", "mode of management entered"),
        "fees.demanded": ("催缴", "payment demanded"),
        "fees.dispute-opened": ("登记争议", "dispute entered"),
        "fees.dispute-ended": ("争议结束", "dispute ended"),
        "fees.budget": ("登记预算", "budget entered"),
        "fees.returned": ("退回付款人", "returned to its payer"),
        "fees.waiver-requested": ("申请减免", "waiver asked for"),
        "fees.waiver-approved": ("批准减免", "waiver approved"),
        "fees.waiver-rejected": ("不批准减免", "waiver refused"),
        "fees.waiver-withdrawn": ("撤回减免", "waiver withdrawn"),
        "evaluation.published": ("公示得分", "score published"),
        "disclosure.prepared": ("编制公示稿", "disclosure prepared"),
        "disclosure.checked": ("核对公示稿", "disclosure checked"),
        "disclosure.published": ("发布公示", "disclosure published"),
        "works.payout-asked": ("申请支付改造资金", "payment of works money asked for"),
        "works.contract-signed": ("登记工程合同", "works contract entered"),
        "works.change-asked": ("申请变更", "change order asked for"),
        "works.change-approved": ("批准变更", "change order approved"),
        "works.defect-claimed": ("登记质量缺陷", "defect claimed"),
        "works.defect-settled": ("缺陷销号", "defect settled"),
        "grant.plan-asked": ("申请改造资金计划", "plan of works money asked for"),
        "grant.plan-approved": ("批准改造资金计划", "plan of works money approved"),
        "grant.pledged": ("登记出资承诺", "pledge entered"),
        "grant.in-kind": ("登记实物出资", "gift in kind entered"),
        "grant.subsidy": ("登记补助批复", "subsidy approved"),
        "grant.fund-named": ("指明维修资金付款", "payment of the fund named"),
        "concession.signed": ("登记特许经营合同", "concession entered"),
        "concession.paid": ("指明特许经营收付", "money of a concession named"),
        "concession.ended": ("终止特许经营合同", "concession ended"),
        "contribution.raised": ("发起居民出资", "levy raised"),
        "contribution.refund-asked": ("申请退还出资", "refund of a contribution asked for"),
        "contribution.paid-on": ("支付业主自筹款", "owners' cash paid on"),
        "donation.purpose": ("设立捐赠用途", "purpose of donations opened"),
        "donation.spending-asked": ("申请使用捐赠", "spending of donations asked for"),
        "bond.planned": ("计划购买国债", "bonds planned"),
        "fund.gains-prepared": ("编制收益分配", "sharing of gains prepared"),
        "fund.house-lost": ("房屋灭失", "home lost"),
        "custody.noticed": ("通知划转", "hand-over of the fund announced"),
        "return.asked": ("申请返还维修资金", "return of the fund asked for"),
        "ticket.logged": ("登记报修单", "repair reported"),
        "ticket.closed": ("报修办结", "repair closed"),
        "reconciled": ("确认对账", "reconciliation confirmed"),
        "bank-statement": ("导入流水", "statement imported"),
        "vote.announced": ("发起表决", "vote opened"),
        "vote.cast": ("投票", "ballot cast"),
        "vote.closed": ("计票", "votes counted"),
        "vote.posted": ("张贴表决结果", "result of a vote posted"),
        "vote.entrusted": ("委托投票", "vote entrusted"),
        "vote.objection.answered": ("答复异议", "objection answered"),
        "vote.objection.court": ("异议起诉", "objection taken to court"),
        "vote.objection.raised": ("提出异议", "objection raised"),
        "vote.objection.upheld": ("异议成立", "objection upheld"),
        "vote.objection.dismissed": ("异议不成立", "objection dismissed"),
        "use.consent": ("维修资金使用：审核同意动用公有住房资金", "use of the fund: consent to the selling units' money"),
        "use.filing": ("维修资金使用：备案", "use of the fund: filing"),
        "use.propose": ("维修资金使用：提出方案", "use of the fund: proposing"),
        "use.review": ("维修资金使用：审查方案", "use of the fund: reviewing the plan"),
        "use.survey": ("维修资金使用：查勘", "use of the fund: surveying"),
        "use.price": ("维修资金使用：审价", "use of the fund: reviewing the price"),
        "use.post-plan": ("维修资金使用：公示方案", "use of the fund: posting the plan"),
        "use.announce-vote": ("维修资金使用：公告表决", "use of the fund: announcing the vote"),
        "use.vote-down": ("维修资金使用：表决未通过", "use of the fund: voting down"),
        "use.post-result": ("维修资金使用：公示表决结果", "use of the fund: posting the result"),
        "use.apply": ("维修资金使用：申请列支", "use of the fund: applying"),
        "use.order-substitute": ("维修资金使用：责令代修", "use of the fund: ordering a substitute repair"),
        "use.approve": ("维修资金使用：批准", "use of the fund: approving"),
        "use.refuse": ("维修资金使用：不予批准", "use of the fund: refusing"),
        "use.pay-advance": ("维修资金使用：付首付款", "use of the fund: paying the advance"),
        "use.pay-unit": ("维修资金使用：付审价、监理费", "use of the fund: paying the appraiser or the engineer"),
        "use.begin": ("维修资金使用：开工", "use of the fund: beginning the works"),
        "use.accept": ("维修资金使用：验收", "use of the fund: accepting the works"),
        "use.settle": ("维修资金使用：结算", "use of the fund: settling"),
        "use.pay-final": ("维修资金使用：付尾款", "use of the fund: paying the rest"),
        "use.release-retention": ("维修资金使用：返还质量保证金", "use of the fund: releasing the retention money"),
        "use.take-back": ("维修资金使用：追回款项", "use of the fund: taking money back"),
        "use.apportion": ("维修资金使用：分摊", "use of the fund: sharing out"),
        "use.disclose": ("维修资金使用：公示分摊", "use of the fund: posting the shares"),
        "use.archive": ("维修资金使用：归档", "use of the fund: archiving"),
        "use.cancel": ("维修资金使用：取消", "use of the fund: cancelling"),
    },
}
# fmt: on


class Coded(str):
    """A code that is no member of an enum, with the kind that has its words: ``Coded("book", "fee")``.

    What is named in the books themselves, such as a book of a community's own, brings its words in Chinese and English.
    """

    kind: str
    words: tuple[str, str] | None

    def __new__(cls, kind: str, value: str, words: tuple[str, str] | None = None) -> "Coded":
        code = super().__new__(cls, value)
        code.kind = kind
        code.words = words
        return code


class Called(str):
    """A code among the facts of a refusal that is told by what it is called, once a door has looked that up."""

    called: tuple[str, str] | None = None
    """In Chinese and English, as far as whoever is refused may know it."""


class Login(Called):
    """A sign-in name: told by the person's name and role."""


class AccountCode(Called):
    """The code of an account in a community's chart: told by the account's name."""


def kind_of(enum: type[Enum]) -> str:
    """The kind of an enum: its package and its name, as ``repairs.State``."""
    return f"{enum.__module__.split('.')[1]}.{enum.__name__}"


def word(of: Enum | str, value: str | None = None, language: str = "zh") -> str:
    """The word of a member, ``word(State.NEW, language="en")``, or of a kind's value, ``word("entry", "fund.paid")``.

    A dash for no value; a value that is not known as it stands.
    """
    kind, raw = (kind_of(type(of)), str(of.value)) if isinstance(of, Enum) else (of, value)
    if raw is None:
        return NOTHING
    words = WORDS.get(kind, {}).get(raw)
    return raw if words is None else words[language == "en"]


def label(of: Enum | str, value: str | None = None, language: str = "zh") -> str:
    """The word as a label begins it: with a capital letter."""
    text = word(of, value, language)
    return text[:1].upper() + text[1:]


def _in_order(facts: Any) -> Iterable[object]:
    return sorted(facts, key=str) if isinstance(facts, set | frozenset) else facts


def told(fact: object, language: str) -> str:
    """A fact as a sentence says it: members by their words, days written out, several joined.

    What has a text of its own, such as a month, a code or an amount, is told by that.
    """
    english = language == "en"
    if fact is None:
        return NOTHING
    if isinstance(fact, Enum):
        return word(fact, language=language)
    if isinstance(fact, Coded):
        return fact.words[english] if fact.words else word(fact.kind, str(fact), language)
    if isinstance(fact, Called):
        return fact.called[english] if fact.called else str(fact)
    if isinstance(fact, bool):
        return ("yes" if fact else "no") if english else ("是" if fact else "否")
    if isinstance(fact, datetime):
        here = fact.astimezone(SHANGHAI)
        return f"{told(here.date(), language)} {here:%H:%M}"
    if isinstance(fact, date):
        return (
            f"{fact.day} {MONTHS[fact.month - 1]} {fact.year}"
            if english
            else f"{fact.year}年{fact.month}月{fact.day}日"
        )
    if type(fact) in (list, tuple, set, frozenset):
        return (", " if english else "、").join(told(part, language) for part in _in_order(fact))
    return str(fact)


# fmt: off
FIGURES: Words = {
    "v": ("格式版本", "Version of the format"),
    "kind": ("种类", "Kind"),
    "rules": ("规则版本", "Version of the rules"),
    "period": ("期间", "Period"),
    "first": ("起", "From"),
    "last": ("止", "Until"),
    "prepared_on": ("编制日期", "Prepared on"),
    "community": ("小区", "Community"),
    "fund": ("维修资金", "Maintenance fund"),
    "revenue": ("公共收益", "Public revenue"),
    "fee": ("物业费", "Property fee"),
    "works": ("改造资金", "Works money"),
    "tickets": ("报修", "Repairs"),
    "identities": ("账目自查", "Checks of the books"),
    "log": ("日志", "Log"),
    "code": ("代码", "Code"),
    "name": ("名称", "Name"),
    "address": ("地址", "Address"),
    "built_year": ("建成年份", "Built in"),
    "mode": ("管理方式", "Managed by"),
    "transferred": ("维修资金由谁管", "Who keeps the fund"),
    "area_dm2": ("建筑面积（㎡）", "Floor area (m²)"),
    "homes": ("户数", "Homes"),
    "buildings": ("幢数", "Buildings"),
    "firm": ("物业服务企业", "Property firm"),
    "contract_ends_on": ("物业服务合同到期", "Service contract until"),
    "opening_fen": ("期初余额", "Opening balance"),
    "in_fen": ("本期收入", "Came in"),
    "out_fen": ("本期支出", "Went out"),
    "closing_fen": ("期末余额", "Closing balance"),
    "fen": ("金额", "Amount"),
    "in": ("收入", "In"),
    "out": ("支出", "Out"),
    "months": ("逐月", "By month"),
    "month": ("月份", "Month"),
    "months/in_fen": ("收入", "In"),
    "months/out_fen": ("支出", "Out"),
    "statement_01": ("资产负债表（会住维01表）", "Assets and liabilities (statement 01)"),
    "statement_01/fen/0": ("年初余额", "Start of the year"),
    "statement_01/fen/1": ("期末余额", "End of the period"),
    "statement_02": ("收支表（会住维02表）", "Income and expenditure (statement 02)"),
    "statement_02/fen/0": ("本期数", "Period"),
    "statement_02/fen/1": ("本年累计数", "Year to date"),
    "statement_03": ("净资产变动表（会住维03表）", "Changes in net assets (statement 03)"),
    "statement_03/fen/0": ("商品住宅维修资金", "Commodity housing"),
    "statement_03/fen/1": ("已售公有住房维修资金", "Sold public housing"),
    "statement_03/fen/2": ("待分配累计收益", "Accumulated gains"),
    "statement_03/fen/3": ("净资产合计", "Net assets, total"),
    "total": ("合计行", "Line of a total"),
    "standing": ("各户分账够不够用", "How the homes' accounts stand"),
    "trigger_pct": ("续交线（%）", "Top-up line (%)"),
    "projects": ("维修项目", "Projects"),
    "title": ("名称", "Title"),
    "component": ("修什么", "What is repaired"),
    "scope": ("由谁分摊", "Borne by"),
    "building": ("幢", "Building"),
    "stairwell": ("单元", "Stairwell"),
    "side": ("侧", "Side"),
    "emergency": ("应急维修", "Emergency"),
    "contractor": ("施工单位", "Contractor"),
    "budget_fen": ("预算", "Budget"),
    "approved_fen": ("批准", "Approved"),
    "approved_on": ("批准日期", "Approved on"),
    "accepted_on": ("验收", "Accepted"),
    "settled_fen": ("结算金额", "Settled at"),
    "paid_fen": ("维修资金支付", "Paid from the fund"),
    "shortfall_fen": ("分户账不够、须另交", "Asked in cash where accounts fell short"),
    "bearers": ("分摊的分户账数", "Accounts that bear it"),
    "state": ("状态", "State"),
    "vote": ("业主表决", "The owners' vote"),
    "entry": ("付款凭证号", "Voucher of the payment"),
    "area_all": ("有权表决的面积（㎡）", "Area entitled to vote (m²)"),
    "heads_all": ("有权表决的人数", "Heads entitled to vote"),
    "area_part": ("参加表决的面积（㎡）", "Area that took part (m²)"),
    "heads_part": ("参加表决的人数", "Heads that took part"),
    "area_yes": ("同意的面积（㎡）", "Area in favour (m²)"),
    "heads_yes": ("同意的人数", "Heads in favour"),
    "passed": ("通过", "Passed"),
    "streams": ("合同", "Contracts"),
    "number": ("合同号", "Contract"),
    "category": ("类别", "Category"),
    "counterparty": ("对方单位", "Counterparty"),
    "object": ("标的", "Object"),
    "starts_on": ("起", "From"),
    "ends_on": ("止", "Until"),
    "price_fen": ("合同价", "Price"),
    "resolution": ("业主决议", "Owners' resolution"),
    "due_fen": ("到期应收", "Due by the end of the period"),
    "received_fen": ("已收", "Received"),
    "received_in_period_fen": ("其中本期收到", "of which in this period"),
    "quarters": ("季度", "Quarters"),
    "quarter": ("季度", "Quarter"),
    "receipts_fen": ("收入", "Receipts"),
    "cost_fen": ("有票据的成本", "Cost with vouchers"),
    "tax_fen": ("税", "Tax"),
    "net_fen": ("净收益", "Net"),
    "to_fund_pct": ("转入维修资金比例（%）", "Share for the fund (%)"),
    "due_to_fund_fen": ("应转入维修资金", "Due to the fund"),
    "remitted_fen": ("已转入", "Paid into the fund"),
    "remitted_on": ("转入日期", "Paid in on"),
    "charged_fen": ("本期应收", "Charged for the period"),
    "waived_fen": ("批准减免", "Waived with approval"),
    "fee/received_fen": ("收到的本期物业费", "Received for the period"),
    "arrears_opening_fen": ("期初的历史欠费", "Arrears at the opening"),
    "arrears_received_fen": ("收回的历史欠费", "Arrears recovered"),
    "prepaid_fen": ("预交在账上的", "Prepaid"),
    "suspense_fen": ("还没认出是谁交的", "Received, payer not yet identified"),
    "fee/homes": ("计费户数", "Homes charged"),
    "cr1_e4": ("当期收缴率（CR1）", "Current collection rate (CR1)"),
    "cr2_e4": ("历史欠费清缴率（CR2）", "Arrears recovery (CR2)"),
    "cr3_e4": ("综合收缴率（CR3）", "Overall rate (CR3)"),
    "cr4_e4": ("户数收缴率（CR4）", "Homes fully paid (CR4)"),
    "sources": ("资金来源", "Sources of the money"),
    "source": ("来源", "Source"),
    "planned_fen": ("计划", "Planned"),
    "committed_fen": ("书面承诺", "Pledged in writing"),
    "sources/received_fen": ("到位", "Received"),
    "spent_fen": ("已用", "Spent"),
    "returned_fen": ("退回", "Returned"),
    "held_fen": ("留存的质量保证金", "Retention money held"),
    "in_kind_fen": ("实物或减免（不计入资金）", "In kind or waived (not money)"),
    "packages": ("改造标段", "Works packages"),
    "changes_fen": ("变更", "Changes"),
    "paid_out_fen": ("已付", "Paid"),
    "gap_fen": ("资金缺口", "Not covered"),
    "plan_version": ("出资计划版本", "Version of the plan"),
    "flows": ("资金流向", "Flows"),
    "flows/fen": ("已付", "Paid"),
    "package": ("标段", "Package"),
    "payee": ("收款单位", "Payee"),
    "levies": ("居民出资", "Residents' contributions"),
    "levies/due_fen": ("应出", "Due"),
    "paid_in_fen": ("已交", "Paid in"),
    "refunded_fen": ("已退", "Refunded"),
    "used_fen": ("已用于工程", "Used for the works"),
    "packages/works": ("工程", "Works"),
    "flows/works": ("工程", "Works"),
    "levies/works": ("工程", "Works"),
    "warranty_until": ("保修到", "Warranty until"),
    "reported": ("报修", "Reported"),
    "finished": ("已经修好", "Finished"),
    "due": ("到期该修好的", "Due to be finished"),
    "on_time": ("其中按时修好的", "of which on time"),
    "reopened": ("修后又返工的", "Reopened"),
    "rated": ("回访打过分的", "Rated at a follow-up"),
    "satisfied": ("其中打 4 分、5 分的", "of which rated 4 or 5"),
    "by_category": ("按类别", "By kind"),
    "by_month": ("按月", "By month"),
    "id": ("编号", "Number"),
    "holds": ("相符", "Agrees"),
    "note": ("数据", "Figures"),
    "origin": ("日志名称", "Name of the log"),
    "size_when_prepared": ("编制时条数", "Leaves when prepared"),
    "root_when_prepared": ("编制时的根", "Root when prepared"),
    "rubric": ("评价标准", "Standard"),
    "rubric_sha256": ("标准的指纹（SHA-256）", "Fingerprint of the standard (SHA-256)"),
    "evaluated_on": ("评价日期", "Evaluated on"),
    "grade": ("等级", "Grade"),
    "score_e2": ("得分", "Score"),
    "assessed_points": ("能评的分值", "Points that could be assessed"),
    "least_assessed": ("评级至少要能评的分值", "Least points assessed for a grade"),
    "grades": ("等级的分数线", "Grades"),
    "from": ("起评分", "From points"),
    "groups": ("指标组", "Groups of indicators"),
    "group": ("指标组", "Group"),
    "indicators": ("各项指标", "Indicators"),
    "points": ("标准分值", "Points in the standard"),
    "curve": ("给分曲线", "Curve"),
    "value": ("结果", "Result"),
    "before": ("上期结果", "Result of the period before"),
    "progress": ("进步也给分", "Points for progress"),
    "base": ("样本", "Cases"),
    "least_base": ("标准要求的最少样本", "Least cases that the standard asks for"),
    "missing": ("材料", "Required material"),
    "assessed": ("评不评", "Assessed"),
    "weight": ("分摊后的分值", "Points after spreading"),
    "weight_e2": ("分值", "Points"),
}
"""What the fields of notices are called, as labels: by a field's name, or by the end of its place where the name alone
says too little. The order is that of a table of all of them."""

FIELD_CODES: Mapping[str, str] = {
    "kind": "notice",
    "mode": "community.Mode",
    "transferred": "kept",
    "standing/homes": "fund.Standing",
    "scope": "fund.ScopeKind",
    "emergency": "fund.EmergencyCase",
    "projects/state": "fund.ProjectState",
    "projects/accepted_on": "acceptance",
    "vote/passed": "passed",
    "category": "revenue.Category",
    "remitted_on": "remitted",
    "cr1_e4": "rate",
    "cr2_e4": "rate",
    "cr3_e4": "rate",
    "cr4_e4": "rate",
    "sources/source": "grants.Source",
    "flows/source": "grants.Source",
    "packages/accepted_on": "acceptance",
    "by_category": "repairs.Category",
    "holds": "holds",
    "missing": "missing",
    "assessed": "assessed",
}
"""Which kind of word the values of a field, or the names of its members, are."""
# fmt: on


def _by_place(of: Mapping[str, Any], place: str) -> Any:
    steps = place.split("/")[1:]
    ends = ("/".join(steps[start:]) for start in range(len(steps)))
    return next((of[end] for end in ends if end in of), None)


def field_label(place: str) -> tuple[str, str] | None:
    """What the field at a place of a notice is called, in Chinese and English: ``field_label("/fund/in_fen")``."""
    above, _, name = place.rpartition("/")
    members = _by_place(FIELD_CODES, above)
    if members and name in WORDS[members]:
        return label(members, name), label(members, name, "en")
    names: tuple[str, str] | None = _by_place(FIGURES, place)
    return names


def field_word(place: str, value: str) -> tuple[str, str] | None:
    """What a value at a place of a notice is called where it is a code, in Chinese and English; true, false and null
    are codes where they have words."""
    kind = _by_place(FIELD_CODES, place)
    if kind is None or value not in WORDS[kind]:
        return None
    return label(kind, value), label(kind, value, "en")


def yuan(amount_fen: int) -> str:
    """Show fen as yuan with thousands commas and two decimals: ``-1,234.50``."""
    sign = "-" if amount_fen < 0 else ""
    whole, cents = divmod(abs(amount_fen), 100)
    return f"{sign}{whole:,}.{cents:02d}"


def period(name: str, language: str) -> str:
    """A period as people say it: 2026年上半年, 2026年第1季度, 2026年7月, 2026年度; what is none stays as it is."""
    if not PERIOD.fullmatch(name):
        return name
    english = language == "en"
    year, _, rest = name.partition("-")
    if rest.startswith("H"):
        first = rest == "H1"
        if english:
            return f"{'first' if first else 'second'} half of {year}"
        return f"{year}年{'上' if first else '下'}半年"
    if rest.startswith("Q"):
        return f"quarter {rest[1:]} of {year}" if english else f"{year}年第{rest[1:]}季度"
    if rest:
        return f"{MONTHS[int(rest) - 1]} {year}" if english else f"{year}年{int(rest)}月"
    return year if english else f"{year}年度"


PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?")
ARTICLE = re.compile(r"第([0-9][0-9、–-]*)条(?:第((?:、?（?[一二三四五六七八九十]）?)+)[款项])?")
REMARK = re.compile(r"(?<=[条款项号》])（[^）]*）")


def cited(article: str, language: str) -> str:
    """A source of law in a language: 《民法典》第278条第（五）项 is “《民法典》 Art. 278 (5)” in English.

    Titles keep their Chinese, in 《》; remarks in brackets after an article are left to the Chinese reader.
    """
    if language != "en":
        return article

    def number(match: re.Match[str]) -> str:
        numbers, parts = match.groups()
        several = "s" if re.search(r"[、–-]", numbers) else ""
        within = ", ".join(f"({_NUMERALS[numeral]})" for numeral in parts or "" if numeral in _NUMERALS)
        return f" Art{several}. {numbers.replace('、', ', ')}" + (f" {within}" if within else "")

    plain = ARTICLE.sub(number, REMARK.sub("", article))
    return re.sub(r" +", " ", plain.replace("；", "; ").replace("、《", ", 《")).strip()


_NUMERALS = {zh: str(number) for number, zh in enumerate("一二三四五六七八九", start=1)} | {"十": "10"}


# fmt: off
WHY: Words = {
    "missing": ("必须填", "this is required"),
    "extra_forbidden": ("没有这一项，请删去", "there is no such field; leave it out"),
    "string_type": ("要写文字", "this must be text"),
    "string_too_short": ("至少 {min_length} 个字", "at least {min_length} characters"),
    "string_too_long": ("最多 {max_length} 个字", "at most {max_length} characters"),
    "string_pattern_mismatch": ("写法不对", "this is not written as it should be"),
    "string_unicode": ("有不能识别的字符", "there are characters that cannot be read"),
    "greater_than": ("要大于 {gt}", "must be more than {gt}"),
    "greater_than_equal": ("不能小于 {ge}", "must be {ge} or more"),
    "less_than": ("要小于 {lt}", "must be less than {lt}"),
    "less_than_equal": ("不能大于 {le}", "must be {le} or less"),
    "multiple_of": ("要是 {multiple_of} 的倍数", "must be a multiple of {multiple_of}"),
    "int_type": ("要写整数", "must be a whole number"),
    "decimal_parsing": ("要写金额，如 1,234.00", "must be an amount, such as 1,234.00"),
    "int_parsing": ("要写整数", "must be a whole number"),
    "int_parsing_size": ("数太大了", "the number is too large"),
    "int_from_float": ("要写整数，不带小数", "must be a whole number, without decimals"),
    "float_type": ("要写数字", "must be a number"),
    "float_parsing": ("要写数字", "must be a number"),
    "finite_number": ("要写数字", "must be a number"),
    "decimal_type": ("要写数字", "must be a number"),
    "decimal_max_digits": ("位数太多", "there are too many digits"),
    "decimal_max_places": ("最多 {decimal_places} 位小数", "at most {decimal_places} decimals"),
    "date_type": ("要写日期，例如 2026-07-18", "must be a day, such as 2026-07-18"),
    "date_parsing": ("日期写法不对，例如 2026-07-18", "must be a day written as 2026-07-18"),
    "date_from_datetime_parsing": ("日期写法不对，例如 2026-07-18", "must be a day written as 2026-07-18"),
    "date_from_datetime_inexact": ("只写日期，不写钟点", "must be a day without a time"),
    "date_past": ("日期要在今天以前", "the day must be in the past"),
    "date_future": ("日期要在今天以后", "the day must be in the future"),
    "datetime_type": ("要写日期和时间", "must be a day and a time"),
    "datetime_parsing": ("日期和时间写法不对", "this is not a day and a time"),
    "datetime_from_date_parsing": ("日期和时间写法不对", "this is not a day and a time"),
    "timezone_naive": ("时间不要带时区", "the time must not name a time zone"),
    "timezone_aware": ("时间要带时区", "the time must name its time zone"),
    "time_type": ("要写钟点", "must be a time of the day"),
    "time_parsing": ("钟点写法不对", "this is not a time of the day"),
    "enum": ("不在可选的范围里", "this is not one of the choices"),
    "literal_error": ("不在可选的范围里", "this is not one of the choices"),
    "union_tag_invalid": ("不在可选的范围里", "this is not one of the choices"),
    "union_tag_not_found": ("要写明是哪一种", "say which kind it is"),
    "bool_type": ("要填是或否", "must be yes or no"),
    "bool_parsing": ("要填是或否", "must be yes or no"),
    "list_type": ("要填一个列表", "must be a list"),
    "tuple_type": ("要填一个列表", "must be a list"),
    "set_type": ("要填一个列表", "must be a list"),
    "too_long": ("最多 {max_length} 项", "at most {max_length} items"),
    "too_short": ("至少 {min_length} 项", "at least {min_length} items"),
    "dict_type": ("要分项填写", "must be an object with named fields"),
    "mapping_type": ("要分项填写", "must be an object with named fields"),
    "model_type": ("要分项填写", "must be an object with named fields"),
    "model_attributes_type": ("要分项填写", "must be an object with named fields"),
    "none_required": ("这一项要空着", "this must be left empty"),
    "bytes_type": ("要交一个文件", "must be a file"),
    "bytes_too_long": ("文件太大", "the file is too large"),
    "json_invalid": ("内容读不懂，请检查格式", "this cannot be read as JSON"),
    "json_type": ("内容读不懂，请检查格式", "this cannot be read as JSON"),
    "url_parsing": ("网址写法不对", "this is not an address on the web"),
    "uuid_parsing": ("编号写法不对", "this is not such a number"),
    "value_error": ("填得不对", "this is not right"),
    "assertion_error": ("填得不对", "this is not right"),
}
"""Why a value cannot be taken, by the kinds of fault that pydantic finds."""
# fmt: on


def why(error_type: str, ctx: Mapping[str, object] | None = None, language: str = "zh") -> str:
    """Why a value cannot be taken, in plain words; ``error_type`` and ``ctx`` are those of a pydantic error.

    A kind of fault that is not known is told as a value that is not right.
    """
    told_facts = {name: told(fact, language) for name, fact in (ctx or {}).items()}
    sentence = WHY.get(error_type, WHY["value_error"])[language == "en"]
    try:
        return sentence.format_map(told_facts)
    except KeyError:
        return WHY["value_error"][language == "en"]
