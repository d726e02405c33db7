"""What the fee book brings over from the books before: arrears, prepayments, money, and months charged on paper.

Arrears keep their months, so that payments find the oldest first and limitation runs from the right day. Their
other side is the account of what was brought over and no income of this book: the firm has earned them before.
"""
