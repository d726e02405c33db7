"""The score of a property firm worked out again from the published files alone, by nothing of the ledger.

Written after domain/07 §7.2: the curves, the least cases, how the points of what is not assessed are spread, the
grades. It needs Python and the two files: ``python tests/recompute_score.py body.json rubric.json``.
"""

import json
import sys
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

SAME = ("group", "points", "zh", "en", "source", "least_base", "least_told")
"""What a line of the card repeats from the standard."""


def share(row, indicator):
    """What share of its points an indicator earns by the standard; None when it is not assessed."""
    if row["missing"]:
        return Fraction(0)
    if row["value"] is None:
        return None
    if row["base"] < max(indicator["least_base"], indicator.get("least_told", 1)):
        return None
    percent = Fraction(*row["value"]) * 100
    bends = [(Fraction(x), Fraction(y, 100)) for x, y in indicator["curve"]]
    if percent <= bends[0][0]:
        earned = bends[0][1]
    elif percent >= bends[-1][0]:
        earned = bends[-1][1]
    else:
        after = next(place for place, (x, _) in enumerate(bends) if percent <= x)
        (x0, y0), (x1, y1) = bends[after - 1], bends[after]
        earned = y0 + (y1 - y0) * (percent - x0) / (x1 - x0)
    second = indicator.get("progress")
    if second and row["before"]:
        before, towards = Fraction(*row["before"]) * 100, second["towards"]
        if before < towards:
            way = max(Fraction(0), min(Fraction(1), (percent - before) / (towards - before)))
            earned = max(earned, way * Fraction(second["at_most"], 100))
    return earned


def worth(indicators, assessed):
    """What each assessed indicator counts for: of a hundred, with what its group and then all could not assess."""
    points = {}
    for group in {i["group"] for i in indicators}:
        members = [i for i in indicators if i["group"] == group]
        there = sum(i["points"] for i in members if i["id"] in assessed)
        whole = sum(i["points"] for i in members)
        for i in members:
            if i["id"] in assessed:
                points[i["id"]] = Fraction(whole * i["points"], there)
    in_all = sum(points.values())
    return {key: value * 100 / in_all for key, value in points.items()}


def rounded(points):
    """Hundredths of a point, rounded half up."""
    return int((points * 100 + Fraction(1, 2)) // 1)


def faults(body: bytes, rubric: bytes) -> list[str]:
    """Where a published scorecard is not what its own counts and the published standard make of it."""
    card, standard = json.loads(body), json.loads(rubric)
    wrong = []

    def expect(what, said, ours):
        if said != ours:
            wrong.append(f"{what}: the card says {said}, its counts make {ours}")

    expect("rubric_sha256", card["rubric_sha256"], sha256(rubric).hexdigest())
    expect("rubric", card["rubric"], standard["version"])
    rows = {row["id"]: row for row in card["indicators"]}
    indicators = standard["indicators"]
    expect("indicators", list(rows), [i["id"] for i in indicators])
    shares = {}
    for i in indicators:
        row = rows[i["id"]]
        for name in SAME:
            expect(f"{i['id']} {name}", row[name], i.get(name, 1))
        curve = [[Fraction(x), Fraction(y)] for x, y in row["curve"]]
        expect(f"{i['id']} curve", curve, [[Fraction(x), Fraction(y, 100)] for x, y in i["curve"]])
        counts = [Fraction(*counted) for counted in row["inputs"]]
        value = None if row["value"] is None else Fraction(*row["value"])
        expect(f"{i['id']} value", value, sum(counts) / len(counts) if counts else None)
        earned = share(row, i)
        expect(f"{i['id']} assessed", row["assessed"], earned is not None)
        if earned is not None:
            shares[i["id"]] = earned
    weights = worth(indicators, shares)
    for key, row in rows.items():
        weight = weights.get(key, Fraction(0))
        expect(f"{key} weight", Fraction(*row["weight"]), weight)
        expect(f"{key} weight_e2", row["weight_e2"], rounded(weight))
        expect(f"{key} score_e2", row["score_e2"], rounded(weight * shares.get(key, 0)))
    for group in filter(
        lambda group: "score_e2" in group, card["groups"]
    ):  # the first cards had no sums of groups
        of = [i["id"] for i in indicators if i["group"] == group["id"]]
        weight = sum((weights.get(key, Fraction(0)) for key in of), Fraction(0))
        earned = sum((weights[key] * shares[key] for key in of if key in shares), Fraction(0))
        expect(f"{group['id']} weight_e2", group["weight_e2"], rounded(weight))
        expect(f"{group['id']} score_e2", group["score_e2"], rounded(earned))
    score = rounded(sum((weights[key] * shares[key] for key in shares), Fraction(0)))
    expect("score_e2", card["score_e2"], score)
    points = sum(i["points"] for i in indicators if i["id"] in shares)
    expect("assessed_points", card["assessed_points"], points)
    rated = points >= standard["least_assessed"] and set(standard.get("grade_needs", ())) <= set(shares)
    expect("no_grade", card["no_grade"], not rated)
    bounds = {bound["grade"]: bound["from"] for bound in card["grades"]}
    if card.get("grades_source") is None:
        expect("grades", bounds, {grade["grade"]: grade["from"] for grade in standard["grades"]})
    grade = next(grade for grade in standard["grades"] if score >= bounds[grade["grade"]] * 100)
    expect("grade", card["grade"], grade["grade"] if rated else "—")
    if rated:
        expect("advice", card["advice_zh"], grade["advice_zh"])
    if reward := card.get("reward"):
        for of in reward["by_grade"]:
            fen = (Fraction(reward["area_months_dm2"] * of["fen_per_m2"], 100) + Fraction(1, 2)) // 1
            expect(f"reward {of['grade']}", of["fen"], int(fen))
        due = {of["grade"]: of["fen"] for of in reward["by_grade"]}
        expect("reward", reward["fen"], due.get(card["grade"]))
    return wrong


if __name__ == "__main__":
    differing = faults(*(Path(name).read_bytes() for name in sys.argv[1:3]))
    sys.stdout.write("\n".join(differing or ["the score is what its counts make of it"]) + "\n")
    sys.exit(bool(differing))
