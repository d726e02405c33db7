"""Tariffs: dated prices, what each rests on, and what a contract says of the fee.

A market price rests on a resolution of the owners (民法典 Art. 278), a guided one on its price document
(物业服务收费管理办法 Arts. 6–7); where the profile asks for it, an audit hangs before a change. A price holds from its day
until the next one's; none is overwritten.
"""
