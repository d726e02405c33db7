"""What a property office keeps in Excel, as one workbook that goes in and comes out in the same layout.

Each sheet is declared once (`layout`): the template, the import and the export all follow it. A workbook comes
in whole or not at all, and is given back with what is wrong beside the rows. What begins a ledger is footed
against control totals that stand in the workbook itself. A spreadsheet can tell what was charged, paid, signed
or reported; it cannot tell that people decided: uses and tickets that are past their first state come out, and
are left alone when they come in.
"""
