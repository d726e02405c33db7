"""Opening the fee book, hand-over of homes, and a charge for every month.

A month is charged by one entry with one movement a home, so that it happened once or not at all. Charges are
rounded a month at a time and then added. What is paid beyond what is due becomes income only
when its month is charged.
"""
