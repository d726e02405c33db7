"""Topping the fund up (续交、续筹、补建): who stands below the trigger, what the owners decide, who has paid.

A home is measured against its own first deposit, strictly below the trigger; one without a first deposit has no
fund and establishes one, and is never nought divided by nought (165号令 Art. 17). Raising money is
a three-quarters matter (民法典 Art. 278 (六)); only where local law says so does silence do instead. The fund's book
is kept on a cash basis, so what is due stands in a memo register (备查簿) and never in the book. The register
is for those who collect; the public is told sums.
"""
