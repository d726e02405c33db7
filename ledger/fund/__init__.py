"""The maintenance fund (住宅专项维修资金): whose it is, what it may pay, and who bears what.

Each home has its own part (分户账), sold public housing has a second part which belongs to the selling unit. A
bill is borne in two steps, first by area onto groups and then inside each group by its own rule
(`domain/01` §1.7); no part goes below nought and no home pays for another: what a part cannot carry is
asked of its owner in cash, outside this book, which is kept on a cash basis (财会〔2020〕7号).
"""
