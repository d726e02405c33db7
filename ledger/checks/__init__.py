"""巡检: what a timer looks at every day, so that a person is told before readers are.

A check is a small object: its name, where, how it stands, a sentence and what to do, in both languages. What is well is said
in one line for all places, what is not in one for each. Nothing here writes, and nothing recomputes the books: that is fsck.
"""
