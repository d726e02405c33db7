"""The JSON door for people who work with the ledger: tokens, roles, one action a route, problem+json.

Routes and the OpenAPI document are made from the registry of operations; the classes that validate are the schemas, by
pydantic's own generator. A framework that keyed schemas by the name of a class showed 21 wrong bodies of 143, so none
stands between. Each write carries an ``Idempotency-Key``; the answer is kept with it in the same transaction, so a
repeat is answered word for word and another content is refused. Roles are read from the appointments at every request:
a token says who asks, never what he may do.
"""
