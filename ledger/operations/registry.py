"""Everything that people can do and see, by noun: the table of contents of all doors."""

from ledger.operations import (
    accounts,
    arrears,
    backups,
    books,
    budgets,
    committee,
    contributions,
    custody,
    disclosures,
    evaluations,
    fees,
    files,
    findings,
    first_month,
    fund,
    gains,
    grants,
    handover,
    holders,
    jobs,
    local,
    nouns,
    openings,
    own_data,
    people,
    register,
    register_changes,
    remittances,
    repairs,
    revenue,
    revenue_uses,
    safety,
    statements,
    topups,
    use_payments,
    uses,
    votes,
    waiting,
    waivers,
    workbooks,
    works_contracts,
)
from ledger.operations.operation import Declared, Listing, Noun, Operation, Record

NOUNS: tuple[tuple[Noun, tuple[Declared, ...]], ...] = (
    (nouns.TODAY, (*waiting.DECLARED, *first_month.DECLARED)),
    (nouns.TICKETS, repairs.DECLARED),
    (nouns.FEES, (*fees.DECLARED, *arrears.DECLARED, *waivers.DECLARED, *budgets.DECLARED)),
    (nouns.BANK, (*statements.DECLARED, *accounts.DECLARED)),
    (nouns.REVENUE, (*revenue.DECLARED, *remittances.DECLARED, *revenue_uses.DECLARED)),
    (
        nouns.FUND,
        (
            *uses.DECLARED,
            *use_payments.DECLARED,
            *fund.DECLARED,
            *topups.DECLARED,
            *gains.DECLARED,
            *custody.DECLARED,
        ),
    ),
    (
        nouns.WORKS,
        (*grants.DECLARED, *works_contracts.DECLARED, *contributions.DECLARED, *safety.DECLARED),
    ),
    (nouns.VOTES, votes.DECLARED),
    (nouns.DISCLOSURES, disclosures.DECLARED),
    (nouns.EVALUATIONS, evaluations.DECLARED),
    (nouns.REPORTS, (*books.DECLARED, fund.STATEMENTS, *workbooks.DECLARED, *findings.DECLARED)),
    (
        nouns.REGISTER,
        (
            *register.DECLARED,
            *holders.DECLARED,
            *register_changes.DECLARED,
            *files.DECLARED,
            *openings.DECLARED,
            *own_data.DECLARED,
        ),
    ),
    (nouns.CONTRACTS, handover.DECLARED),
    (nouns.LOCAL, local.DECLARED),
    (nouns.PEOPLE, (*people.DECLARED, *committee.DECLARED)),
    (nouns.MACHINE, (*jobs.DECLARED, *backups.DECLARED)),
)
EVERY: tuple[Declared, ...] = tuple(declaration for _, declared in NOUNS for declaration in declared)
OPERATIONS = tuple(declaration for declaration in EVERY if isinstance(declaration, Operation))
OPERATION_OF = {operation.work: operation for operation in OPERATIONS}
LISTINGS = tuple(declaration for declaration in EVERY if isinstance(declaration, Listing))
RECORDS = tuple(declaration for declaration in EVERY if isinstance(declaration, Record))
