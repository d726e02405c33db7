"""Votes of the owners: a question, a frozen roll, ballots, a tally by area and by heads.

The quorums are those of Civil Code Art. 278 as integers, compared by cross-multiplication; the older figures
that 物业管理条例 Arts. 11–12 and 165号令 Art. 22 still print are displaced by the Code. Votes stand
above the journal, because a notice, a ballot and a result are memoranda that the log seals. Who announced a motion
also closes it and acts on the outcome, or asks `queries.resolution` later: a vote calls nobody back. Refused: to tell
anyone's choice, before the count or after, except to the voter. Proxies and objections are sub-packages.
"""
