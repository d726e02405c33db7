"""Public revenue (公共收益): contract, expected instalments, receipts, proved costs, what is due to the fund.

Income from common parts belongs to the owners after reasonable cost (民法典 Art. 282); whoever manages it has to
prove the cost (建筑物区分所有权解释 Art. 14), so a cost without a voucher is kept as a claim and counts as nought.
Business with common parts rests on the owners' resolution (278(八), 3/4) whose roll covers everybody whose part
is used; income of a part belongs to the owners of that part. Refused: one flag for "competitive" (the method is
named, with the digest of what proves it), and netting anything against arrears of fees.
"""
