-- ---
CREATE OR REPLACE FUNCTION mingbai_entry_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed text;
BEGIN
  IF NEW.no <> coalesce(NEW.prev_no + 1, 1) THEN RAISE EXCEPTION 'mingbai: entries are numbered without a gap'; END IF;
  IF NEW.reverses_no >= NEW.no THEN RAISE EXCEPTION 'mingbai: a reversal reverses an earlier entry'; END IF;
  IF NEW.month <> to_char(NEW.booked_on, 'YYYY-MM') THEN
    RAISE EXCEPTION 'mingbai: the month of an entry is the month of its day';
  END IF;
  -- Whoever closes a month holds this lock, so a late entry waits for it and is then refused.
  SELECT closed_through INTO closed FROM ledger_head WHERE community = NEW.community FOR UPDATE;
  IF NEW.month <= closed THEN RAISE EXCEPTION 'mingbai: month closed'; END IF;
  -- A leaf that is there already was written for something else, and would seal the entry unchecked.
  IF EXISTS (SELECT 1 FROM leaf WHERE community = NEW.community AND leaf_index = NEW.leaf_index) THEN
    RAISE EXCEPTION 'mingbai: an entry is sealed by a leaf of its own';
  END IF;
  RETURN NEW;
END $$;
-- ---
CREATE FUNCTION mingbai_refused(what text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'mingbai: %', what; END $$;
-- ---
CREATE OR REPLACE FUNCTION mingbai_movements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A movement on an account that is not of its book fails on the foreign key of balance.
  INSERT INTO balance AS b (community, book, account, month, debit_fen, credit_fen)
  SELECT m.community, m.book, leg.account,
         CASE WHEN m.debit = m.credit OR m.odd
              THEN mingbai_refused('a movement has two accounts and an amount that is not nought')
              WHEN e.no IS NULL THEN mingbai_refused('a movement belongs to an entry of its own book')
              WHEN l.leaf_index IS NOT NULL THEN mingbai_refused('nothing is added to a sealed entry')
              WHEN m.least < 0 AND e.reverses_no IS NULL THEN mingbai_refused('only a reversal may be negative')
              ELSE e.month END,
         sum(leg.debit), sum(leg.credit)
    FROM (SELECT community, entry_no, book, debit, credit, sum(amount_fen) AS amount, min(amount_fen) AS least,
                 bool_or(amount_fen = 0 OR abs(amount_fen) > 9007199254740991) AS odd
            FROM fresh GROUP BY community, entry_no, book, debit, credit) m
    LEFT JOIN entry e ON e.community = m.community AND e.no = m.entry_no AND e.book = m.book
    LEFT JOIN leaf l ON l.community = e.community AND l.leaf_index = e.leaf_index
   CROSS JOIN LATERAL (VALUES (m.debit, m.amount, 0), (m.credit, 0, m.amount)) leg (account, debit, credit)
   GROUP BY 1, 2, 3, 4
  ON CONFLICT (community, book, account, month) DO UPDATE
     SET debit_fen = b.debit_fen + excluded.debit_fen, credit_fen = b.credit_fen + excluded.credit_fen;
  -- A movement that lacks the home or the party of its sub-ledger fails on the key of subledger_balance.
  INSERT INTO subledger_balance AS b (community, book, ledger, subject, debit_fen, credit_fen)
  WITH kept AS MATERIALIZED -- or the accounts would be walked for each movement
    (SELECT a.community, a.book, a.code AS account, s.code AS ledger, s.by
       FROM (SELECT DISTINCT community, book FROM fresh) t
       JOIN account a ON a.community = t.community AND a.book = t.book
       JOIN subledger s ON s.community = a.community AND s.book = a.book AND s.code = a.ledger)
  SELECT m.community, m.book, k.ledger, CASE k.by WHEN 'home' THEN m.home ELSE m.party END,
         sum(CASE WHEN k.account = m.debit THEN m.amount_fen ELSE 0 END),
         sum(CASE WHEN k.account = m.credit THEN m.amount_fen ELSE 0 END)
    FROM fresh m
    JOIN kept k ON k.community = m.community AND k.book = m.book AND k.account IN (m.debit, m.credit)
   GROUP BY 1, 2, 3, 4
  ON CONFLICT (community, book, ledger, subject) DO UPDATE
     SET debit_fen = b.debit_fen + excluded.debit_fen, credit_fen = b.credit_fen + excluded.credit_fen;
  RETURN NULL;
END $$;
-- ---
CREATE OR REPLACE FUNCTION mingbai_leaf_seals() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE wrong text;
BEGIN
  SELECT CASE WHEN l.leaf_index <> coalesce(l.prev_index + 1, 0) THEN 'leaves are numbered without a gap'
              WHEN l.hash <> sha256('\x00'::bytea || l.body) THEN 'the hash of a leaf is the hash of its bytes'
              ELSE 'an entry without movements' END INTO wrong
    FROM fresh l
    LEFT JOIN entry e ON e.community = l.community AND e.leaf_index = l.leaf_index AND e.book IS NOT NULL
   WHERE l.leaf_index <> coalesce(l.prev_index + 1, 0) OR l.hash <> sha256('\x00'::bytea || l.body)
      OR (e.no IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM movement m WHERE m.community = e.community AND m.entry_no = e.no))
   LIMIT 1;
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
-- ---
-- The first version named it entry_in_time, and what it said was less.
DROP TRIGGER IF EXISTS entry_in_time ON entry;
-- ---
DROP FUNCTION IF EXISTS mingbai_entry_in_time();
-- ---
DROP TRIGGER IF EXISTS entry_in_order ON entry;
-- ---
CREATE TRIGGER entry_in_order BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION mingbai_entry_in_order();
-- ---
ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_in_order, DROP CONSTRAINT ck_entry_no_gap;
-- ---
ALTER TABLE movement ENABLE ALWAYS TRIGGER movement_balances,
  DROP CONSTRAINT fk_movement_community_entry_no_book,
  DROP CONSTRAINT fk_movement_community_book_debit,
  DROP CONSTRAINT fk_movement_community_book_credit,
  DROP CONSTRAINT ck_movement_two_accounts,
  DROP CONSTRAINT ck_movement_amount;
-- ---
ALTER TABLE leaf ENABLE ALWAYS TRIGGER leaf_seals,
  DROP CONSTRAINT ck_leaf_no_gap, DROP CONSTRAINT ck_leaf_hash_length, DROP CONSTRAINT ck_leaf_hash_right;
-- ---
CREATE FUNCTION mingbai_charges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT community, entry_no FROM fresh) c
              WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.community = c.community AND e.no = c.entry_no)) THEN
    RAISE EXCEPTION 'mingbai: a charge belongs to an entry of its community';
  END IF;
  RETURN NULL;
END $$;
-- ---
CREATE TRIGGER charge_entries AFTER INSERT ON charge REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION mingbai_charges();
-- ---
ALTER TABLE charge ENABLE ALWAYS TRIGGER charge_entries, DROP CONSTRAINT fk_charge_community_entry_no;
-- ---
ALTER TABLE balance SET (fillfactor = 50);
-- ---
ALTER TABLE subledger_balance SET (fillfactor = 50);
