"""How a community is managed, from when: the seven modes, and costs that bundled communities share.

An emergency firm stays six months at most, however often it is appointed anew. In a bundle each community keeps its own
books; only costs of the service are shared, by a key that is published on every board, with one linked entry in each fee book.
Fund and public revenue never cross communities (165号令 Art. 4; 民法典 Arts. 281, 282).
"""
