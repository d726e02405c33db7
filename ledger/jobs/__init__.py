"""后台任务: work that takes longer than somebody waits for a page is done beside the server, and seen while it is done.

A job is an operation as somebody wished it, stored under the key of that wish; it is done as he may do it when its turn
comes. The row here says what became of it and survives everything; the queue beside the database (`jobs.queue`, Huey) only
wakes a worker, and holds how far a job is, a sign of life, and whether it was called off. What is lost there is put back from
here: a job is done in one transaction under one key, so that doing it again after any cut does it once.
"""
