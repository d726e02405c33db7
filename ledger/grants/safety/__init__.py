"""房屋安全管理资金: the public account, government money for the safety of houses, in a book of its own.

It is never the owners', and their homes' parts of the maintenance fund (the personal account) stay where 165号令 keeps
them. Whatever is paid out names the paper, who is paid and, where it is for one, the building; one person asks,
another pays.
"""
