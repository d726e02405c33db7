"""Who may do what with money of the fund, before its hand-over to the owners' assembly (划转) and after it.

While the fund is in custody the owners or the firm apply, and the housing authority examines and tells the custodian
bank (165号令 Art. 22); after it the owners' committee approves, the use is filed (备案), and the committee tells the
bank (Art. 23). A street office supervises, and neither approves nor releases anything.
"""
