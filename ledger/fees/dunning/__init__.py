"""Arrears: what may be done about them, what they cost, and how long they can be claimed.

Reminder, committee urging, letter, suit, in that order and each with proof of delivery (民法典 Art. 944, 条例 Art. 64).
Cutting utilities, locking people out and naming them in public are refused, whoever asks. A late fee exists only
where the contract has one; it is simple, capped (`fee.late_cap_lpr_pct` of the profile, and the debt itself), and
stands still while the debt is disputed. A debt that may be out of time is flagged and never deleted. Who owes what is
for staff: no query here may reach the public door.
"""
