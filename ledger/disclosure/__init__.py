"""Half-year disclosures: prepared by one, checked by another, published by a third.

From the moment they are prepared the figures are bytes; what is checked is named by its digest, and what
is published is what was checked.

A figure begins in `accounts_queries.gather`, with its name in `ledger.words.FIGURES`; CSV and "verify" have it from there. Where
the public page and the paper say it is theirs: `accounts.html` of `public_site` and of `ledger.reports`.
"""
