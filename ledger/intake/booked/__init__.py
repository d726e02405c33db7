"""Bank lines of money that a deed has booked already: a deposit, a payment to a contractor, interest, a refund.

The line books nothing; it finds its entry: one of the same book account, the same amount the same way, within
the profile's days, whose number the line names if it names one. One line takes one entry and one entry one
line, in the order of their days, so the answer is the same whatever file came first. Several lines that are
one entry together, such as deposits booked in one sum, are joined by a person.
"""
