"""Proxies (委托表决): who may cast the ballot of a home that is not his, by a written and kept authority.

One person may hold as many as the rules of procedure say, the profile's `vote.proxies_each`; proxies within the
family do not count towards that. Refused: a proxy for several motions at once, and passing it on.
"""
