"""What the owners' public revenue is spent on, beside its cost and the fund's share.

Only what the local rules allow, each time by a resolution of the owners whose income it is, and
by two people: who asks does not release. Investment, loan and guarantee are refused whoever decides. An offset of
fees is a payment into the fee book for every home of the part, by area, as money paid in advance; it never pays
anybody's arrears for him. Refused: a use without its own motion, and spending the income of another part.
"""
