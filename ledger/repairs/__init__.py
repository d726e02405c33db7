"""Repairs (报修): tickets from the first report to the follow-up visit, their routes and their clocks.

A ticket says what is broken and who answers for it; when the fund is to pay, it opens a use project in
`ledger.fund`. Who repairs does not do the follow-up. Titles, notes and reporters are private and stay here;
the log gets numbers, states and times.
"""
