"""Benchmarks: each figure is a ratio against a floor measured in the same run, or a bound that is stated.

Floors and ours are run in turn, beginning and ending with the floor, and each of ours is held against the floors
right before and after it, so that a busy neighbour slows down both; medians are shown. The absolute numbers are
this machine's and today's, the ratios are the point. A missed goal is printed as missed. ``python -m bench`` runs
all of them, ``python -m bench tree pages`` some.
"""
