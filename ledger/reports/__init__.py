"""Documents out of figures: the sheet for the wall, the scorecard, the check report, the journal for other programs.

Figures in, bytes out. Nothing here writes to the ledger, decides anything, or shows a person or a home.

- `accounts` and `scorecard` take the sealed bytes of a notice and nothing else, so whoever has the bytes can make
  the same files again. `check_report` and `journal_export` read the books through queries.
- The same figures give the same bytes: our own fonts and no others (`fonts`), a given PDF identifier, no clock, charts
  laid out without measuring text. A page that names anything outside itself is not printed.
- Each heavy library has one door: WeasyPrint in `pdf`, pandas in `frames`, vl_convert in `charts`.
- A PDF is a summary for people and carries its figures as attached files; long lists belong in CSV and XLSX.
- Chinese only: these papers are put up in Chinese lobbies and go to Chinese offices. The public page has both languages.
- Refused: ReportLab and Typst, several times as fast on long tables, because a template of HTML can be read and changed
  by whoever knows the public page; headless Chromium, because a server of accounts should not run a browser.
"""
