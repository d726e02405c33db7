"""The owners' vote on a use of the fund, or on its overrun (民法典 Art. 278 (五)): only who bears the cost is asked.

The roll is the scope that was frozen with the plan, so no later change of homes moves it. The vote itself is one of
`ledger.votes`; here it takes the use a step further, or ends it. An overrun that is voted down leaves the first vote.
"""
