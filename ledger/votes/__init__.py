"""Votes of the owners: a question, a frozen roll, ballots, a tally by area and by heads.

The quorums are those of Civil Code Art. 278 as integers, compared by cross-multiplication; the older figures
that 物业管理条例 Arts. 11–12 and 165号令 Art. 22 still print are displaced by the Code (`domain/03` §3.1). Who
opened a motion also closes it and acts on the outcome: a vote calls nobody back.
"""
