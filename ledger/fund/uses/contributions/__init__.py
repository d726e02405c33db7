"""What the fund cannot carry is asked of its bearers in cash (自筹/补交): who owes how much for which use.

The register (备查簿) is worked out from the shares and from what came in; the fund's cash-basis book holds no
receivable. Cash lies in the ``community`` book, apart from every other money, until it goes to the contractor.
"""
