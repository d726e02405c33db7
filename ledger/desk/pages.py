"""Every page of the desk at its address, made from the registry."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import g, request

from ledger.access.access import allow, note_reading
from ledger.community.role_rules import EVERYWHERE, Role, check_role
from ledger.desk import account, nouns, signing_in
from ledger.desk.filling import form_view
from ledger.desk.frame import DECLARED_AT, desk
from ledger.desk.lists import file_asked_for, list_view
from ledger.desk.records import document_view, record_view
from ledger.desk.views import address_of
from ledger.operations.operation import Declared, Document, Listing, Operation, Record
from ledger.operations.registry import EVERY

VIEWS: Mapping[type[Declared], Callable[..., Any]] = {
    Listing: list_view,
    Record: record_view,
    Document: document_view,
    Operation: form_view,
}


def _view(declared: Declared) -> Callable[..., Any]:
    def view(community: str, **place: Any) -> Any:
        check_role(g.login, g.seats, declared.roles)
        values = declared.place.model_validate(place).model_dump()
        answer = VIEWS[type(declared)](declared, community, values)
        if declared.personal and (request.method == "POST") == isinstance(declared, Operation):
            file = file_asked_for() if isinstance(declared, Listing) else ""
            note_reading(declared, values, community, g.login, file)
        return answer

    return allow(*(role if isinstance(role, Role) else role.role for role in declared.roles))(view)


for number, declared_here in enumerate(EVERY):
    if declared_here.path:
        DECLARED_AT[f"desk.view-{number}"] = declared_here
        desk.add_url_rule(
            address_of("<community>", declared_here),
            f"view-{number}",
            _view(declared_here),
            methods=["GET", "POST"] if isinstance(declared_here, Operation) else ["GET"],
            defaults={"community": EVERYWHERE} if declared_here.everywhere else {},
        )


__all__ = ["account", "desk", "nouns", "signing_in"]
