"""The JSON door for people who work with the ledger: tokens, roles, one action a route, problem+json.

flask-openapi3 draws the OpenAPI document from the same pydantic classes that validate; it did best under
Schemathesis among the libraries tried. Each write carries an ``Idempotency-Key``; the answer is kept
with it in the same transaction, so a repeat is answered word for word and another content is refused. Roles
are read from the appointments at every request: a token says who asks, never what he may do.
"""
