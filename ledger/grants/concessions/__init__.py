"""Concession contracts (EPC+O, social capital): what a firm builds, runs, earns and shares, until it leaves.

A concession books no money of its own. What the firm invests comes in as social capital, its share to the owners as
public revenue, what it is paid as a payout; each such entry is named here, so that it is counted once. The terms
(term, service level, share, exit) are kept as signed; the list of those that end soon warns before the vote is late.
"""
