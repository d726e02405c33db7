"""The operator's door: ``mingbai …``. Exit 0 on success, 1 on a refusal with its reason, 2 on wrong use.

A file a kind of work; `commands` gathers them. A command opens one transaction, does one action and says what came of
it, in words or with ``--json`` for programs.
"""
