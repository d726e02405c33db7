"""What each kind of leaf says of what was done, in the public log and for good: whoever adds to it adds here.

Beside these every leaf says when, on what day, and commits to who did it, in which role, for whom and approved by whom;
an entry of a book says its amounts by account, with the home's handle. Facts stand there as they are. Of private words
only a salted digest goes there, and what opens it can be erased.
"""

from collections.abc import Iterator, Mapping, Sequence
from json import loads
from typing import NamedTuple

from ledger.fees.budgets.rules import CostLine
from ledger.log.leaf import WHO, NewLeaf, opened


class Seal(NamedTuple):
    """The names of the facts of one kind of leaf, and of the words that it commits to with salt."""

    facts: frozenset[str] = frozenset()
    salted: frozenset[str] = frozenset()


ANY = "*"
"""Salted words whose names are codes of the community's own, such as the accounts that a closing month excepts."""


def _seal(facts: str = "", salted: str = "") -> Seal:
    return Seal(frozenset(facts.split()), frozenset(salted.split()))


SEALS: Mapping[str, Seal] = {
    "account.approved": _seal("book opened role", salted="account"),
    "account.closed": _seal("book closed role", salted="account"),
    "bank-line.voided": _seal("account day fen line way", salted="reason"),
    "bank-statement": _seal("account closing count month opening root"),
    "bond.bought": _seal(),
    "bond.matured": _seal(),
    "bond.planned": _seal("bond cost motion sellers", salted="consent series"),
    "book.opened": _seal("accounts book"),
    "book.widened": _seal("accounts book"),
    "brought-over": _seal(),
    "building.registered": _seal("building stairwells"),
    "carried-over": _seal(),
    "committee.audit-engaged": _seal("engaged_on reason term", salted="accountant"),
    "committee.audit-received": _seal("opinion reason received_on term"),
    "committee.elected": _seal(
        "elected_on ends_on filed_on motion seats starts_on term", salted="filing member"
    ),
    "committee.ended": _seal("cause last_day motion term"),
    "committee.filed": _seal("filed_on term"),
    "committee.handed-over": _seal("handed_on kept term"),
    "committee.member-added": _seal("motion office since term", salted="member"),
    "committee.member-handed-over": _seal("handed_on term", salted="member"),
    "committee.member-left": _seal("cause last_day motion term", salted="member"),
    "committee.office-named": _seal("office since term", salted="member"),
    "community.joined": _seal("area"),
    "calendar.entered": _seal("year"),
    "component.registered": _seal("building component kind"),
    "concession.ended": _seal("number on state", salted="reason"),
    "concession.paid": _seal("entry number"),
    "concession.signed": _seal(
        "ends_on firm kind number share_e2 starts_on", salted="exit_terms resolution service_level what"
    ),
    "contribution.paid-on": _seal(),
    "contribution.raised": _seal("basis class fen homes levy package works", salted="agreement"),
    "contribution.received": _seal("levy"),
    "contribution.refund-asked": _seal("fen levy number", salted="reason"),
    "contribution.refunded": _seal("levy number"),
    "contribution.used": _seal("levy"),
    "custody.noticed": _seal("due noticed to"),
    "custody.released": _seal(),
    "custody.taken": _seal(),
    "disclosure": _seal(),
    "disclosure.checked": _seal("period sha256 version"),
    "disclosure.prepared": _seal("period sha256 version"),
    "disclosure.published": _seal("period sha256 version"),
    "donation.purpose": _seal("purpose", salted="name"),
    "donation.received": _seal("purpose"),
    "donation.spending-asked": _seal("fen number purpose", salted="what"),
    "donation.spent": _seal("number purpose"),
    "erasure": _seal(),
    "evaluation.published": _seal("period rubric sha256 version"),
    "fees.brought-over": _seal(),
    "fees.budget": _seal(" ".join(["year", *CostLine])),
    "fees.charged": _seal(),
    "fees.cost": _seal(),
    "fees.costs-claimed": _seal(),
    "fees.demanded": _seal("delivered_on homes measure proofs"),
    "fees.dispute-ended": _seal("ended_on"),
    "fees.dispute-opened": _seal("first last opened_on", salted="reason"),
    "fees.handed-over": _seal("developer handed_over_on homes"),
    "fees.identified": _seal(salted="memo"),
    "fees.late-charged": _seal(),
    "fees.mode": _seal("mode since until", salted="reference"),
    "fees.offset": _seal("motion use"),
    "fees.prepaid-applied": _seal(),
    "fees.received": _seal(salted="memo"),
    "fees.refund-rejected": _seal(),
    "fees.refund-requested": _seal("fen ground receipt"),
    "fees.refunded": _seal(),
    "fees.remuneration": _seal(),
    "fees.returned": _seal(salted="memo reason"),
    "fees.settled": _seal(),
    "fees.tariff": _seal("applies_to audit basis pricing rate_e4 since", salted="items reference"),
    "fees.terms": _seal(
        "charges_from charges_until due_days late_daily_e6 remuneration_e4 remuneration_fen vacancy_pct"
    ),
    "fees.waived": _seal(),
    "fees.waiver-approved": _seal("all_homes fen first kind last percent", salted="basis"),
    "fees.waiver-rejected": _seal("all_homes fen first kind last percent", salted="basis"),
    "fees.waiver-requested": _seal("all_homes fen first kind last percent", salted="basis"),
    "fees.waiver-undone": _seal(),
    "fees.waiver-withdrawn": _seal("all_homes fen first kind last percent", salted="basis"),
    "file.erased": _seal("file kind", salted="reason"),
    "firm.corrected": _seal("firm kind"),
    "firm.registered": _seal("firm kind"),
    "fund.brought-over": _seal(),
    "fund.deposited": _seal(),
    "fund.gains-prepared": _seal("income parts period products run"),
    "fund.gains-shared": _seal(),
    "fund.house-lost": _seal("homes lost"),
    "fund.interest": _seal(salted="what"),
    "fund.loss-accrued": _seal(),
    "fund.other-income": _seal(salted="what"),
    "fund.paid": _seal(),
    "fund.part-passed": _seal(),
    "fund.returned": _seal(),
    "fund.revenue": _seal("motion use"),
    "fund.scrap": _seal(salted="what"),
    "genesis": _seal(),
    "grant.fund-named": _seal("entry fen package works"),
    "grant.in-kind": _seal("fen package source works", salted="basis"),
    "grant.plan-approved": _seal("package version works"),
    "grant.plan-asked": _seal("package planned version works", salted="reason"),
    "grant.pledged": _seal("fen package source works"),
    "grant.received": _seal("works"),
    "grant.returned": _seal("payout works"),
    "grant.spent": _seal("package payout works"),
    "grant.subsidy": _seal("approved_on eligible_fen package pct subsidy_fen works"),
    "handover.drawn-up": _seal(),
    "handover.refused": _seal("contract on"),
    "handover.signed": _seal("contract items missing side", salted="list"),
    "handover.taken-over": _seal("contract on"),
    "home.area-corrected": _seal(salted="area before home"),
    "home.divided": _seal("homes since", salted="became home"),
    "home.held": _seal("since", salted="cause home"),
    "home.left": _seal("until", salted="home"),
    "home.holder-corrected": _seal("since", salted="home reason"),
    "home.let": _seal("since", salted="home"),
    "home.merged": _seal("homes since", salted="became home"),
    "home.registered": _seal(salted="area home"),
    "home.struck-out": _seal(salted="home reason"),
    "housing-safety.paid": _seal("building number"),
    "housing-safety.payment-asked": _seal("building fen number", salted="what"),
    "housing-safety.received": _seal(salted="payer"),
    "period-close": _seal(salted="*"),
    "person.appointed": _seal("level role since until", salted="building home organisation person"),
    "person.deactivated": _seal(salted="person reason"),
    "person.ended": _seal("role until", salted="person reason"),
    "reconciled": _seal("account bank books digest items listed month"),
    "register.changed": _seal("rows"),
    "resident.erased": _seal("since tie", salted="home reason"),
    "return.asked": _seal("amount", salted="reason"),
    "revenue.cost": _seal("contract"),
    "revenue.cost-claimed": _seal("amount_fen claim contract kind"),
    "revenue.deposit-forfeited": _seal("motion"),
    "revenue.deposit-returned": _seal(),
    "revenue.deposit-taken": _seal(),
    "revenue.electricity-paid": _seal("contract supplier"),
    "revenue.received": _seal("part"),
    "revenue.remitted": _seal(),
    "revenue.share-decided": _seal("motion pct since"),
    "revenue.signed": _seal(
        "category contract ends_on evidence method motion part price_fen quotes renews resolved_on site starts_on",
        salted="object reason resolution",
    ),
    "revenue.terminated": _seal("contract last_day", salted="reason"),
    "revenue.use-requested": _seal("amount_fen kind motion part payee use", salted="purpose"),
    "revenue.used": _seal("motion use"),
    "number.set": _seal("number since value", salted="source"),
    "reversal": _seal(salted="reason"),
    "service.concluded": _seal("contract ends_on firm lump_sum motion starts_on"),
    "service.notice": _seal("cause contract evidence last_day motion"),
    "service.prolonged": _seal("contract ends_on motion"),
    "site.registered": _seal("building category since site stairwell"),
    "statement.taken-back": _seal("entries lines", salted="reason"),
    "ticket.appealed": _seal("ticket", salted="reason"),
    "ticket.closed": _seal("on_time priority rating route ticket"),
    "ticket.disputed": _seal("ticket", salted="reason"),
    "ticket.logged": _seal("category ticket", salted="title"),
    "ticket.rejected": _seal("ticket", salted="reason"),
    "topup.adopted": _seal("due plan voted"),
    "topup.planned": _seal("homes plan total"),
    "use.accept": _seal("papers project state warranty_until"),
    "use.announce-vote": _seal("asked papers project state"),
    "use.apply": _seal("asked papers project state"),
    "use.apportion": _seal("bearers billed charged papers project state"),
    "use.approve": _seal("approved papers project state"),
    "use.archive": _seal("papers project state"),
    "use.begin": _seal("papers project state"),
    "use.cancel": _seal("papers project state", salted="reason"),
    "use.consent": _seal("asked papers project state"),
    "use.disclose": _seal("papers project state"),
    "use.filing": _seal("papers project state"),
    "use.order-substitute": _seal("approved papers project state"),
    "use.pay-advance": _seal("billed entry held_back papers project state"),
    "use.pay-final": _seal("billed entry held_back papers project state"),
    "use.pay-unit": _seal("billed entry held_back papers project state"),
    "use.post-plan": _seal("papers project state"),
    "use.post-result": _seal("papers project state"),
    "use.price": _seal("papers priced project state"),
    "use.propose": _seal("budget papers project rule state"),
    "use.refuse": _seal("papers project state", salted="reason"),
    "use.release-retention": _seal("billed entry held_back papers project state"),
    "use.review": _seal("papers project rule state"),
    "use.settle": _seal("papers project settled state"),
    "use.survey": _seal("papers project state"),
    "use.take-back": _seal("entry papers payment project state"),
    "use.vote-down": _seal("papers project state"),
    "vote.announced": _seal("budget closes homes matter motion opens", salted="clause question roll"),
    "vote.cast": _seal("ballots motion", salted="ballot"),
    "vote.closed": _seal(
        "area_all area_part area_yes deemed heads_all heads_part heads_yes matter motion passed unmatched"
    ),
    "vote.entrusted": _seal("motion", salted="paper proxy"),
    "vote.objection.answered": _seal("motion no", salted="answer"),
    "vote.objection.court": _seal("motion no", salted="case"),
    "vote.objection.dismissed": _seal("motion no", salted="ruling"),
    "vote.objection.raised": _seal("motion no", salted="ground home"),
    "vote.objection.upheld": _seal("motion no", salted="ruling"),
    "vote.posted": _seal("motion paper posted"),
    "who.erased": _seal("digest of request", salted="reason"),
    "words.erased": _seal("of request", salted="reason"),
    "workbook.imported": _seal("rows"),
    "works.change-approved": _seal("contract fen number"),
    "works.change-asked": _seal("contract fen number", salted="reason"),
    "works.contract-signed": _seal(
        "contractor defects_months number package price_fen retention_e2 signed_on works"
    ),
    "works.defect-claimed": _seal("contract number", salted="what"),
    "works.defect-settled": _seal("contract number"),
    "works.package-corrected": _seal("contractor on package works"),
    "works.package-accepted": _seal("components on package works"),
    "works.package-registered": _seal("contractor package planned price_fen works"),
    "works.payout-asked": _seal("contract fen kind number works", salted="reason"),
    "works.registered": _seal("started_on works"),
}


class NotDeclared(RuntimeError):
    """An operation was about to seal what it does not declare; nothing was written."""


def check_declared(kinds: Sequence[str], leaves: Sequence[NewLeaf]) -> None:
    """See that leaves are of kinds that an operation declares and say no more than is declared of their kind.

    Raises:
        NotDeclared: a kind, a fact or a salted word beyond that.
    """
    if beyond := sorted({excess for leaf in leaves for excess in _beyond(kinds, leaf)}):
        raise NotDeclared(", ".join(beyond))


def _beyond(kinds: Sequence[str], leaf: NewLeaf) -> Iterator[str]:
    content = loads(leaf.body)
    kind = content["what"] if leaf.kind in ("entry", "memo") else leaf.kind
    if kind not in kinds:
        yield kind
        return
    declared = SEALS[kind]
    yield from (f"{kind}: {fact}" for fact in content.get("facts", {}).keys() - declared.facts)
    if ANY not in declared.salted:
        names = {
            opened(commitment.disclosure)[0].partition("/")[0].partition(".")[0]
            for commitment in leaf.private
        }
        yield from (f"{kind}: {name}" for name in names - declared.salted - {WHO})
