"""The seal looks up the balance of each movement's home, whatever PostgreSQL believes about the tables' sizes.

Until now a leaf's check of the sub-ledgers was a join, which PostgreSQL planned from statistics: in a community whose
tables had been empty when it last counted, it walked all homes for each home, and charging the first month of 14,188
homes took minutes. From now on the check is a look-up by primary key. What is refused is the same; no row is touched.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

LEAF_SEALS = """
CREATE OR REPLACE FUNCTION mingbai_leaf_seals() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE wrong text;
BEGIN
  IF EXISTS (SELECT 1 FROM fresh l JOIN entry e ON e.community = l.community AND e.leaf_index = l.leaf_index
              WHERE e.book IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM movement m WHERE m.community = e.community AND m.entry_no = e.no)) THEN
    RAISE EXCEPTION 'mingbai: an entry without movements';
  END IF;
  SELECT a.book || '/' || a.code INTO wrong
    FROM (SELECT DISTINCT e.community, e.book FROM fresh l
            JOIN entry e ON e.community = l.community AND e.leaf_index = l.leaf_index
           WHERE e.book IS NOT NULL) t
    JOIN account a ON a.community = t.community AND a.book = t.book AND a.floor_fen IS NOT NULL
   WHERE (SELECT coalesce(sum(CASE a.side WHEN 'D' THEN b.debit_fen - b.credit_fen
                                          ELSE b.credit_fen - b.debit_fen END), 0)
            FROM balance b WHERE b.community = a.community AND b.book = a.book AND b.account = a.code) < a.floor_fen
   LIMIT 1;
  IF wrong IS NOT NULL THEN RAISE EXCEPTION 'mingbai: overspent account %', wrong; END IF;
  SELECT s.book || '/' || s.code || '/' || CASE s.by WHEN 'home' THEN m.home ELSE m.party END INTO wrong
    FROM fresh l
    JOIN entry e ON e.community = l.community AND e.leaf_index = l.leaf_index
    JOIN subledger s ON s.community = e.community AND s.book = e.book AND s.floor_fen IS NOT NULL
    JOIN movement m ON m.community = e.community AND m.entry_no = e.no
   WHERE (SELECT CASE s.side WHEN 'D' THEN b.debit_fen - b.credit_fen ELSE b.credit_fen - b.debit_fen END
            FROM subledger_balance b
           WHERE b.community = s.community AND b.book = s.book AND b.ledger = s.code
             AND b.subject = CASE s.by WHEN 'home' THEN m.home ELSE m.party END) < s.floor_fen
   LIMIT 1;
  IF wrong IS NOT NULL THEN RAISE EXCEPTION 'mingbai: overspent subledger %', wrong; END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(LEAF_SEALS.replace("%", "%%"))
