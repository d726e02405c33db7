"""When the property firm goes: notice, what it hands over, who signed, what is missing.

A contract ends by the owners' decision with 60 days' written notice (民法典 Art. 946), at its term (947), by the
firm's own notice 90 days before it, or, once it runs on without a decision, by 60 days' notice of either side (948).
The list is drawn from the books, so that nobody has to remember prepaid fees, deposits, unpaid bills and contracts;
keys, files and equipment are added by hand. The firm and the committee sign, each for his side; what is missing is
a fact for the findings. Refused: a hand-over that is "done" with items that nobody looked at.
"""
