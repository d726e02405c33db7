"""Every table is known once this is loaded: for what seals, looks at or copies all of them.

A command loads little else: it must not wait for all that is done with them.
"""

# ruff: noqa: F401

import ledger.access.tables
import ledger.accounts.tables
import ledger.committee.tables
import ledger.community.tables
import ledger.disclosure.tables
import ledger.evaluation.tables
import ledger.fees.budgets.tables
import ledger.fees.dunning.tables
import ledger.fees.modes.tables
import ledger.fees.prepaid.tables
import ledger.fees.tables
import ledger.fees.waivers.tables
import ledger.files.tables
import ledger.fund.bonds.tables
import ledger.fund.custody.tables
import ledger.fund.gains.tables
import ledger.fund.returns.tables
import ledger.fund.tables
import ledger.fund.topups.tables
import ledger.fund.uses.contributions.tables
import ledger.fund.uses.payment_tables
import ledger.fund.uses.step_tables
import ledger.fund.uses.tables
import ledger.grants.concessions.tables
import ledger.grants.contract_tables
import ledger.grants.contributions.tables
import ledger.grants.donations.tables
import ledger.grants.payout_tables
import ledger.grants.plan_tables
import ledger.grants.safety.tables
import ledger.grants.tables
import ledger.handover.tables
import ledger.intake.mappings.tables
import ledger.intake.reconciliation.tables
import ledger.intake.tables
import ledger.jobs.tables
import ledger.journal.tables
import ledger.log.tables
import ledger.noticeboard.tables
import ledger.people.tables
import ledger.register.tables
import ledger.repairs.tables
import ledger.revenue.remittance.tables
import ledger.revenue.site_tables
import ledger.revenue.tables
import ledger.revenue.uses.tables
import ledger.votes.objections.tables
import ledger.votes.proxies.tables
import ledger.votes.sheet_tables
import ledger.votes.tables
