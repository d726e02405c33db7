"""Idle money of the fund in treasury bonds (国债), and in nothing else (165号令 Art. 26).

Newly issued, bought in the primary market, held to maturity: no repo, no entrusted wealth management, no pledge.
The owners consent as to a use of the fund (民法典 Art. 278 (五), for the fractions of Art. 26 are displaced); selling
units' money needs the finance authority's consent too. Whoever plans a purchase does not release the money.
What the ledger refuses is asked for by its right name and told the article, rather than left without a word.
"""
