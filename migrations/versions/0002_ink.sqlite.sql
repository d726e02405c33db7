-- What the database itself refuses (SQLite). See ledger-engine §2.2 and design §3.
-- Needs PRAGMA recursive_triggers = ON, else INSERT OR REPLACE would slip past the DELETE triggers.

-- ---
CREATE TRIGGER entry_month BEFORE INSERT ON entry
WHEN NEW.month <> substr(NEW.booked_on, 1, 7)
BEGIN SELECT RAISE(ABORT, 'mingbai: the month of an entry is the month of its day'); END;
-- ---
CREATE TRIGGER entry_late BEFORE INSERT ON entry
WHEN NEW.month <= (SELECT closed_through FROM ledger_head WHERE community = NEW.community)
BEGIN SELECT RAISE(ABORT, 'mingbai: month closed'); END;
-- ---
CREATE TRIGGER entry_reverses BEFORE INSERT ON entry
WHEN NEW.reverses_no >= NEW.no
BEGIN SELECT RAISE(ABORT, 'mingbai: a reversal reverses an earlier entry'); END;
-- ---
-- A leaf that is there already was written for something else, and would seal the entry unchecked.
CREATE TRIGGER entry_leaf BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM leaf WHERE community = NEW.community AND leaf_index = NEW.leaf_index)
BEGIN SELECT RAISE(ABORT, 'mingbai: an entry is sealed by a leaf of its own'); END;
-- ---
CREATE TRIGGER movement_sealed BEFORE INSERT ON movement
WHEN EXISTS (SELECT 1 FROM entry e JOIN leaf l ON l.community = e.community AND l.leaf_index = e.leaf_index
             WHERE e.community = NEW.community AND e.no = NEW.entry_no)
BEGIN SELECT RAISE(ABORT, 'mingbai: nothing is added to a sealed entry'); END;
-- ---
CREATE TRIGGER movement_negative BEFORE INSERT ON movement
WHEN NEW.amount_fen < 0
 AND (SELECT reverses_no FROM entry WHERE community = NEW.community AND no = NEW.entry_no) IS NULL
BEGIN SELECT RAISE(ABORT, 'mingbai: only a reversal may be negative'); END;
-- ---
CREATE TRIGGER movement_subject BEFORE INSERT ON movement
WHEN EXISTS (SELECT 1 FROM account a JOIN subledger s
               ON s.community = a.community AND s.book = a.book AND s.code = a.ledger
             WHERE a.community = NEW.community AND a.book = NEW.book AND a.code IN (NEW.debit, NEW.credit)
               AND ((s.by = 'home' AND NEW.home IS NULL) OR (s.by = 'party' AND NEW.party IS NULL)))
BEGIN SELECT RAISE(ABORT, 'mingbai: this account needs a home or a party on the movement'); END;
-- ---
CREATE TRIGGER movement_balances AFTER INSERT ON movement
BEGIN
  INSERT INTO balance (community, book, account, month, debit_fen, credit_fen)
  SELECT NEW.community, NEW.book, NEW.debit, e.month, NEW.amount_fen, 0
    FROM entry e WHERE e.community = NEW.community AND e.no = NEW.entry_no
  ON CONFLICT (community, book, account, month) DO UPDATE SET debit_fen = debit_fen + excluded.debit_fen;
  INSERT INTO balance (community, book, account, month, debit_fen, credit_fen)
  SELECT NEW.community, NEW.book, NEW.credit, e.month, 0, NEW.amount_fen
    FROM entry e WHERE e.community = NEW.community AND e.no = NEW.entry_no
  ON CONFLICT (community, book, account, month) DO UPDATE SET credit_fen = credit_fen + excluded.credit_fen;
  INSERT INTO subledger_balance (community, book, ledger, subject, debit_fen, credit_fen)
  SELECT NEW.community, NEW.book, s.code, CASE s.by WHEN 'home' THEN NEW.home ELSE NEW.party END,
         CASE a.code WHEN NEW.debit THEN NEW.amount_fen ELSE 0 END,
         CASE a.code WHEN NEW.credit THEN NEW.amount_fen ELSE 0 END
    FROM account a JOIN subledger s ON s.community = a.community AND s.book = a.book AND s.code = a.ledger
   WHERE a.community = NEW.community AND a.book = NEW.book AND a.code IN (NEW.debit, NEW.credit)
  ON CONFLICT (community, book, ledger, subject) DO UPDATE
     SET debit_fen = debit_fen + excluded.debit_fen, credit_fen = credit_fen + excluded.credit_fen;
END;
-- ---
CREATE TRIGGER leaf_seals BEFORE INSERT ON leaf
BEGIN
  SELECT RAISE(ABORT, 'mingbai: an entry without movements')
    FROM entry e WHERE e.community = NEW.community AND e.leaf_index = NEW.leaf_index AND e.book IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM movement m WHERE m.community = e.community AND m.entry_no = e.no);
  SELECT RAISE(ABORT, 'mingbai: overspent account')
    FROM entry e JOIN account a ON a.community = e.community AND a.book = e.book AND a.floor_fen IS NOT NULL
   WHERE e.community = NEW.community AND e.leaf_index = NEW.leaf_index
     AND (SELECT coalesce(sum(CASE a.side WHEN 'D' THEN b.debit_fen - b.credit_fen
                                          ELSE b.credit_fen - b.debit_fen END), 0)
            FROM balance b WHERE b.community = a.community AND b.book = a.book AND b.account = a.code) < a.floor_fen;
  SELECT RAISE(ABORT, 'mingbai: overspent subledger')
    FROM entry e -- CROSS JOIN keeps this order: a look-up for each movement, not a walk over all homes
    CROSS JOIN subledger s ON s.community = e.community AND s.book = e.book AND s.floor_fen IS NOT NULL
    CROSS JOIN movement m ON m.community = e.community AND m.entry_no = e.no
    CROSS JOIN subledger_balance b ON b.community = s.community AND b.book = s.book AND b.ledger = s.code
     AND b.subject = CASE s.by WHEN 'home' THEN m.home ELSE m.party END
   WHERE e.community = NEW.community AND e.leaf_index = NEW.leaf_index
     AND CASE s.side WHEN 'D' THEN b.debit_fen - b.credit_fen ELSE b.credit_fen - b.debit_fen END < s.floor_fen;
END;
-- ---
CREATE TRIGGER head_goes_forward BEFORE UPDATE ON ledger_head
WHEN NEW.tree_size < OLD.tree_size OR NEW.origin <> OLD.origin OR NEW.last_no < OLD.last_no
  OR NEW.closed_through < OLD.closed_through
  OR NOT EXISTS (SELECT 1 FROM leaf WHERE community = NEW.community AND leaf_index = NEW.tree_size - 1)
BEGIN SELECT RAISE(ABORT, 'mingbai: a log only grows'); END;
-- ---
CREATE TRIGGER private_field_erased_only BEFORE UPDATE ON private_field
WHEN NEW.disclosure IS NOT NULL OR NEW.digest <> OLD.digest OR NEW.leaf_index <> OLD.leaf_index
  OR NEW.community <> OLD.community
BEGIN SELECT RAISE(ABORT, 'mingbai: a private field can only be erased'); END;
