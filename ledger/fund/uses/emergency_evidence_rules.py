"""What an emergency is and what it has to show. It waives the vote and nothing else (建办房〔2015〕52号): there is no quorum.

That it is not voted on stands among the steps (`step_rules.EMERGENCY`); the quorum of every vote is
`ledger.votes.quorum_and_majority_rules.Tally`.
"""

from collections.abc import Mapping
from enum import StrEnum

from ledger.errors import Refused
from ledger.fund.uses.step_rules import Paper


class EmergencyCase(StrEnum):
    """Which emergencies there are (建办房〔2015〕52号)."""

    LIFT = "lift"
    FIRE = "fire"
    ROOF_WALL_LEAK = "roof_wall_leak"
    WATER_PUMP = "water_pump"
    DRAIN = "drain"
    FACADE_FALL = "facade_fall"
    WALL_ROAD_COLLAPSE = "wall_road_collapse"
    OTHER_SAFETY = "other_safety"


_ALWAYS = frozenset({Paper.PHOTO, Paper.INSPECTION_NOTICE})
EVIDENCE: Mapping[EmergencyCase, frozenset[Paper]] = {
    EmergencyCase.LIFT: _ALWAYS,
    EmergencyCase.FIRE: _ALWAYS,
    EmergencyCase.ROOF_WALL_LEAK: frozenset({Paper.PHOTO}),
    EmergencyCase.WATER_PUMP: frozenset({Paper.PHOTO}),
    EmergencyCase.DRAIN: frozenset({Paper.PHOTO}),
    EmergencyCase.FACADE_FALL: frozenset({Paper.PHOTO, Paper.EXPERT_NOTE}),
    EmergencyCase.WALL_ROAD_COLLAPSE: frozenset({Paper.PHOTO, Paper.EXPERT_NOTE}),
    EmergencyCase.OTHER_SAFETY: _ALWAYS | {Paper.EXPERT_NOTE},
}
"""What the survey of each emergency has to show."""


class NotAnEmergency(Refused):
    code = "not-an-emergency"
    zh = "代修只用于危及安全、无人维修的应急情形，须写明是哪一种。"
    en = "A substitute repair is for an emergency that nobody repairs; say which."
    article = "《住宅专项维修资金管理办法》第24条；建办房〔2015〕52号"
