"""The approval of a use of the fund (申请列支、批准): after its vote, in an emergency, or under a collective vote.

Whoever proposed a use or applied for it does not approve it, and what is approved is the ceiling, never above what was
voted on. A collective vote (集合表决) stands for the votes on later small uses; the authority alone orders a substitute
repair (代修) of an emergency that nobody repairs (165号令 Art. 24).
"""
