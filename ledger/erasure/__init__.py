"""个人信息的删除: what the ledger keeps of people goes once what it was kept for is over (个人信息保护法 Arts. 19, 47).

Shares, bills, ballots and entries stay as they are; a name and a telephone go, on a paper, and a leaf says that they went.
"""
