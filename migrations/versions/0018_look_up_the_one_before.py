"""PostgreSQL looks up the entry and the leaf before a new one, whatever it believes about the tables' sizes.

It keeps the plan of a foreign key for as long as its connection lives. One that was made while a community had a
handful of entries walked all of them for each later one, and a first import of a thousand payments read a million
rows. From now on the check of new leaves, which looks at all rows of a statement at once, sees to it that what comes
before is there, for the leaf and for its entry. What was refused still is; no row is touched.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

LEAF_SEALS = r"""
CREATE OR REPLACE FUNCTION mingbai_leaf_seals() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE wrong text;
BEGIN
  SELECT max(CASE WHEN l.leaf_index <> coalesce(l.prev_index + 1, 0) THEN 'leaves are numbered without a gap'
                  WHEN l.hash <> sha256('\x00'::bytea || l.body) THEN 'the hash of a leaf is the hash of its bytes'
                  WHEN l.prev_index NOTNULL AND p.leaf_index IS NULL THEN 'leaves are numbered without a gap'
                  WHEN e.prev_no NOTNULL AND f.no IS NULL THEN 'entries are numbered without a gap'
                  WHEN e.book NOTNULL AND NOT EXISTS
                    (SELECT 1 FROM movement m WHERE m.community = e.community AND m.entry_no = e.no)
                  THEN 'an entry without movements' END) INTO wrong
    FROM fresh l
    LEFT JOIN leaf p ON p.community = l.community AND p.leaf_index = l.prev_index
    LEFT JOIN entry e ON e.community = l.community AND e.leaf_index = l.leaf_index
    LEFT JOIN entry f ON f.community = e.community AND f.no = e.prev_no;
  IF wrong IS NOT NULL THEN RAISE EXCEPTION 'mingbai: %', wrong; END IF;
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
END $$;
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(LEAF_SEALS.replace("%", "%%"))
        op.drop_constraint("fk_leaf_community_prev_index", "leaf")
        op.drop_constraint("fk_entry_community_prev_no", "entry")
