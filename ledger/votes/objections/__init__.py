"""Objections to a result, within the year of 建筑物区分所有权解释 Art. 12.

The ledger records who objected, what was answered, and what a court (《民法典》第280条) or the authority
(《物业管理条例》第19条) decided, with the paper that says so; it decides nothing itself. An objection that was
upheld annuls the motion: from then on no action finds a resolution in it. What was done before is not undone by it.
"""
