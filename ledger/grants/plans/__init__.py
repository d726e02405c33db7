"""Who is to pay what of a works package: versions of the plan, pledges, subsidies, gifts in kind.

The register's rows are version 1. A later version replaces the whole plan of a package, says why, and holds
from its approval by another person; none is overwritten. A pledge (拨款文件、出资协议) and a subsidy by the rule of
its day bind a source more tightly than the plan. What a utility waives or builds itself is a memorandum with
a value: it is shown beside the money and never counts as cash.
"""
