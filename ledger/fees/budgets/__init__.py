"""Costs of the service, and under 酬金制 the budget they are held against (物业服务收费管理办法 Arts. 9, 11–13).

Under 包干制 the firm bears profit and loss, and its cost detail is not forced. Under 酬金制 the money is the owners': a
year's budget by the cost lines of Art. 11 is voted, every cost has a voucher and a line, the firm takes the agreed
remuneration and no more, and what is over or short is the owners'. Major and medium repair is no line: the fund pays it.
"""
