"""Everything that people can do and see, by noun: the table of contents of all doors."""

from ledger.operations import repairs
from ledger.operations.operation import Declared, Document, Listing, Noun, Operation, Record

NOUNS: tuple[tuple[Noun, tuple[Declared, ...]], ...] = ((repairs.TICKETS, repairs.DECLARED),)
EVERY: tuple[Declared, ...] = tuple(each for _, declared in NOUNS for each in declared)
OPERATIONS = tuple(each for each in EVERY if isinstance(each, Operation))
LISTINGS = tuple(each for each in EVERY if isinstance(each, Listing))
RECORDS = tuple(each for each in EVERY if isinstance(each, Record))
DOCUMENTS = tuple(each for each in EVERY if isinstance(each, Document))
