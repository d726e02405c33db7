-- What the database itself refuses (PostgreSQL). See ledger-engine §2.2 and design §3.

-- ---
CREATE FUNCTION mingbai_ink() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'mingbai: % is in ink: never changed, never deleted', TG_TABLE_NAME; END $$;
-- ---
CREATE FUNCTION mingbai_entry_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed text;
BEGIN
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
CREATE TRIGGER entry_in_order BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION mingbai_entry_in_order();
-- ---
CREATE FUNCTION mingbai_movements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT community, entry_no FROM fresh) m
               JOIN entry e ON e.community = m.community AND e.no = m.entry_no
               JOIN leaf l ON l.community = e.community AND l.leaf_index = e.leaf_index) THEN
    RAISE EXCEPTION 'mingbai: nothing is added to a sealed entry';
  END IF;
  IF EXISTS (SELECT 1 FROM fresh m JOIN entry e ON e.community = m.community AND e.no = m.entry_no
              WHERE m.amount_fen < 0 AND e.reverses_no IS NULL) THEN
    RAISE EXCEPTION 'mingbai: only a reversal may be negative';
  END IF;
  INSERT INTO balance AS b (community, book, account, month, debit_fen, credit_fen)
  SELECT community, book, account, month, sum(debit), sum(credit)
    FROM (SELECT m.community, m.book, m.debit AS account, e.month, m.amount_fen AS debit, 0 AS credit
            FROM fresh m JOIN entry e ON e.community = m.community AND e.no = m.entry_no
          UNION ALL
          SELECT m.community, m.book, m.credit, e.month, 0, m.amount_fen
            FROM fresh m JOIN entry e ON e.community = m.community AND e.no = m.entry_no) legs
   GROUP BY community, book, account, month ORDER BY community, book, account, month
  ON CONFLICT (community, book, account, month) DO UPDATE
     SET debit_fen = b.debit_fen + excluded.debit_fen, credit_fen = b.credit_fen + excluded.credit_fen;
  -- A movement that lacks the home or the party of its sub-ledger fails on the key of subledger_balance.
  INSERT INTO subledger_balance AS b (community, book, ledger, subject, debit_fen, credit_fen)
  SELECT m.community, m.book, s.code, CASE s.by WHEN 'home' THEN m.home ELSE m.party END,
         sum(CASE WHEN a.code = m.debit THEN m.amount_fen ELSE 0 END),
         sum(CASE WHEN a.code = m.credit THEN m.amount_fen ELSE 0 END)
    FROM fresh m
    JOIN account a ON a.community = m.community AND a.book = m.book AND a.code IN (m.debit, m.credit)
    JOIN subledger s ON s.community = a.community AND s.book = a.book AND s.code = a.ledger
   GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (community, book, ledger, subject) DO UPDATE
     SET debit_fen = b.debit_fen + excluded.debit_fen, credit_fen = b.credit_fen + excluded.credit_fen;
  RETURN NULL;
END $$;
-- ---
CREATE TRIGGER movement_balances AFTER INSERT ON movement REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION mingbai_movements();
-- ---
CREATE FUNCTION mingbai_leaf_seals() RETURNS trigger LANGUAGE plpgsql AS $$
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
  SELECT s.book || '/' || s.code || '/' || b.subject INTO wrong
    FROM fresh l
    JOIN entry e ON e.community = l.community AND e.leaf_index = l.leaf_index
    JOIN subledger s ON s.community = e.community AND s.book = e.book AND s.floor_fen IS NOT NULL
    JOIN movement m ON m.community = e.community AND m.entry_no = e.no
    JOIN subledger_balance b ON b.community = s.community AND b.book = s.book AND b.ledger = s.code
     AND b.subject = CASE s.by WHEN 'home' THEN m.home ELSE m.party END
   WHERE CASE s.side WHEN 'D' THEN b.debit_fen - b.credit_fen ELSE b.credit_fen - b.debit_fen END < s.floor_fen
   LIMIT 1;
  IF wrong IS NOT NULL THEN RAISE EXCEPTION 'mingbai: overspent subledger %', wrong; END IF;
  RETURN NULL;
END $$;
-- ---
CREATE TRIGGER leaf_seals AFTER INSERT ON leaf REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION mingbai_leaf_seals();
-- ---
ALTER TABLE leaf ADD CONSTRAINT ck_leaf_hash_right CHECK (hash = sha256('\x00'::bytea || body));
-- ---
CREATE FUNCTION mingbai_head_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.tree_size < OLD.tree_size OR NEW.origin <> OLD.origin OR NEW.last_no < OLD.last_no
     OR NEW.closed_through < OLD.closed_through
     OR NOT EXISTS (SELECT 1 FROM leaf WHERE community = NEW.community AND leaf_index = NEW.tree_size - 1) THEN
    RAISE EXCEPTION 'mingbai: a log only grows';
  END IF;
  RETURN NEW;
END $$;
-- ---
CREATE TRIGGER head_goes_forward BEFORE UPDATE ON ledger_head FOR EACH ROW EXECUTE FUNCTION mingbai_head_goes_forward();
-- ---
CREATE FUNCTION mingbai_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.disclosure IS NOT NULL OR NEW.digest <> OLD.digest OR NEW.leaf_index <> OLD.leaf_index
     OR NEW.community <> OLD.community THEN
    RAISE EXCEPTION 'mingbai: a private field can only be erased';
  END IF;
  RETURN NEW;
END $$;
-- ---
CREATE TRIGGER private_field_erased_only BEFORE UPDATE ON private_field FOR EACH ROW EXECUTE FUNCTION mingbai_erased_only();
