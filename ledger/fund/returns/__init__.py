"""Money of the fund that goes back to whoever paid it (返还): refunds of deposits, and the loss of a house (灭失).

A deposit of this year is taken back out of this year's income, one of an earlier year is expenditure; the day of
payment decides, not whoever asks. A lost house is the one accrual of the measure: what is due stands as a payable
until it is paid (财会〔2020〕7号; 165号令 Art. 29). Whoever asks does not release the money. A sale moves nothing: the
part passes with the home (Art. 28), see `units.queries.sale_proof`.
"""
