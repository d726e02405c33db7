"""What the doors that are still written by hand share."""

from ledger.api.door import Code, CommunityPath
from ledger.community.rules import Role

OFFICE = (Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR)
APPROVERS = (Role.COMMITTEE, Role.SUPERVISOR)


class HomePath(CommunityPath):
    home: Code
