"""Bills of merchants, made up in the layouts that WeChat Pay and Alipay publish."""

from ledger.intake.marks import Direction
from ledger.intake.statement import profile, read_statement
from tests.intake.files import odd, zipped

WECHAT_MERCHANT = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
    "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
    "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n"
    "`2026-06-01 08:00:00,`wx1,`16,`0,`,`4200001,`MY-1,`openid-a,`NATIVE,`SUCCESS,`OTHERS,`CNY,`486.60,`0.00,"
    "`0,`0,`0.00,`0.00,`,`,`物业费 3-1-502,`,`2.92000,`0.60%,`486.60,`0.00,`\n"
    "`2026-06-02 09:30:00,`wx1,`16,`0,`,`4200001,`MY-1,`openid-a,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,"
    "`5030001,`R-1,`100.00,`0.00,`ORIGINAL,`SUCCESS,`物业费 3-1-502,`,`-0.60000,`0.60%,`0.00,`100.00,`\n"
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n"
    "`2,`486.60,`100.00,`0.00,`2.32000,`486.60,`100.00\n"
)
ALIPAY_MERCHANT = (
    "#支付宝业务明细查询\n#账号：[20880000000000000156]\n#----业务明细列表----\n"
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,"
    "券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注\n"
    "2026060122001\t,MY-1\t,交易\t,物业费 3-1-502,2026-06-01 08:00:00,2026-06-01 08:00:03,"
    "\t,\t,\t,\t,*三(139****01)\t,486.60,486.60,0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,\t,-2.92,0.00,\n"
    "2026060122001\t,MY-1\t,退款\t,物业费 3-1-502,2026-06-02 09:30:00,2026-06-02 09:30:03,"
    "\t,\t,\t,\t,*三(139****01)\t,-100.00,-100.00,0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,R-1\t,0.60,0.00,\n"
    "#----业务明细列表结束----\n"
    "#交易合计：1笔，商家实收共486.60元，商家优惠共0.00元\n"
    "#退款合计：1笔，商家实收退款共-100.00元，商家优惠退款共0.00元\n"
)
ALIPAY_SUMMARY = (
    "#支付宝业务汇总查询\n门店编号,门店名称,交易订单总笔数,退款订单总笔数,实收净额（元）\n合计,,1,1,386.60\n"
)


def test_a_wechat_merchant_is_told_payments_refunds_and_fees():
    statement = read_statement(WECHAT_MERCHANT.encode("utf-8-sig"), profile("wechat_merchant"))

    paid, refunded = statement.lines
    assert (paid.direction, paid.amount_fen, paid.fee_fen) == (Direction.IN, 486_60, 2_92)
    assert (refunded.direction, refunded.amount_fen, refunded.fee_fen) == (Direction.OUT, 100_00, -60)
    assert paid.remark == "物业费 3-1-502 · MY-1"
    assert statement.warnings == ()


def test_the_totals_below_a_wechat_merchants_bill_are_checked():
    content = WECHAT_MERCHANT.replace(
        "`2,`486.60,`100.00,`0.00,`2.32000", "`3,`486.61,`100.01,`0.00,`2.33000"
    )

    statement = read_statement(content.encode(), profile("wechat_merchant"))

    assert odd(statement) == [(5, "count-disagrees"), *[(5, "total-disagrees")] * 3]


def test_the_older_layout_of_a_wechat_merchants_bill_is_read_too():
    older = WECHAT_MERCHANT.replace("应结订单金额", "总金额").replace("充值券", "企业红包")

    lines = read_statement(older.encode(), profile("wechat_merchant")).lines

    assert [(line.direction, line.amount_fen) for line in lines] == [("in", 486_60), ("out", 100_00)]


def test_an_alipay_merchants_detail_is_found_beside_its_summary_in_a_zip():
    archive = zipped(
        {
            "2088_业务明细(汇总).csv": ALIPAY_SUMMARY.encode("gb18030"),
            "2088_业务明细.csv": ALIPAY_MERCHANT.encode("gb18030"),
        }
    )

    statement = read_statement(archive, profile("alipay_merchant"))

    paid, refunded = statement.lines
    assert (paid.direction, paid.amount_fen, paid.fee_fen) == (Direction.IN, 486_60, 2_92)
    assert (refunded.direction, refunded.amount_fen, refunded.fee_fen) == (Direction.OUT, 100_00, -60)
    assert statement.warnings == ()
    assert statement.encoding == "gb18030"
