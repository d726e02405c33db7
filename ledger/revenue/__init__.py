"""Public revenue (公共收益): contract, expected instalments, receipts, proved costs, what is due to the fund.

Income from common parts belongs to the owners after reasonable cost (民法典 Art. 282); whoever manages it has to
prove the cost (建筑物区分所有权解释 Art. 14), so a cost without a voucher counts as nought.
"""
