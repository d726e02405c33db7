"""Taking payments of the fee, saying whose one was, and putting one right.

A payment meets what the payer names, then the oldest debt (民法典 Art. 560), within a debt costs, interest, principal
(Art. 561); the rest is prepaid. Money of nobody yet waits in suspense until a person says whose it is. A key books one
payment for good, and a wrong one is reversed in red.
"""
