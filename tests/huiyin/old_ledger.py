"""A ledger as the program made it before revisions were written down: fewer columns, other names, other limits."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine

from foundation.audit import append_audit
from foundation.ledger import LEDGER_FILE

AT = "2026-11-23T06:00:00.000000+00:00"
POST = (
    "source_id, site, site_kind, key, thread_key, url, title, content, quote, author, published_text, time_precision, "
    "official_reply, relevance_reason, duplicate_key, category, level, counterfactual, outcome, outcome_reason, "
    "content_hash, review_state, event_title, case_no"
)
NUMBERS = (
    "floor, pictures, replies, likes, reposts, views, relevant, relevance, duplicate_of, similarity, level_code, "
    "score, restricted, version, revision, copies, false_alarm, event_id"
)
DATES = "published_at, fetched_at, official_reply_at, first_seen_at, edited_at, vanished_at, stored_at, last_seen_at"
OTHERS = "topics, reasons, departments, ingest_seq"
SCHEMA = f"""
CREATE TABLE meta (name VARCHAR NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE audit (seq INTEGER NOT NULL PRIMARY KEY, at VARCHAR(32) NOT NULL, actor VARCHAR NOT NULL,
  act VARCHAR NOT NULL, subject VARCHAR NOT NULL, details TEXT NOT NULL, previous_hash VARCHAR NOT NULL,
  hash VARCHAR NOT NULL UNIQUE);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END;
CREATE TABLE timer (timer_id INTEGER NOT NULL PRIMARY KEY, case_no VARCHAR NOT NULL, rule VARCHAR NOT NULL,
  done_by VARCHAR NOT NULL, addressees JSON NOT NULL, anchor_at VARCHAR(32) NOT NULL, due_at VARCHAR(32) NOT NULL,
  next_step_at VARCHAR(32), steps_taken JSON NOT NULL, state VARCHAR NOT NULL, satisfied_at VARCHAR(32),
  provisional INTEGER NOT NULL, policy_version VARCHAR NOT NULL, calendar_version VARCHAR NOT NULL,
  explanation JSON NOT NULL);
CREATE INDEX ix_timer_case_no ON timer (case_no);
CREATE TABLE case_file (case_no VARCHAR NOT NULL PRIMARY KEY, event_id INTEGER NOT NULL UNIQUE, title TEXT NOT NULL,
  state VARCHAR NOT NULL, level_code INTEGER NOT NULL, suggested_level_code INTEGER NOT NULL, nature VARCHAR NOT NULL,
  provisional BOOLEAN NOT NULL, restricted BOOLEAN NOT NULL, confidential BOOLEAN NOT NULL, late BOOLEAN NOT NULL,
  lead VARCHAR NOT NULL, assisting JSON NOT NULL, discovered_at VARCHAR(32) NOT NULL, posted_at VARCHAR(32),
  opened_at VARCHAR(32) NOT NULL, raised_at VARCHAR(32), confirmed_at VARCHAR(32), assigned_at VARCHAR(32),
  acknowledged_at VARCHAR(32), replied_at VARCHAR(32), published_at VARCHAR(32), closed_at VARCHAR(32),
  fact_note TEXT NOT NULL, disposition TEXT NOT NULL, response TEXT NOT NULL, outcome VARCHAR NOT NULL,
  school_version INTEGER NOT NULL, version INTEGER NOT NULL);
CREATE INDEX ix_case_file_state ON case_file (state);
CREATE TABLE silence (silence_id INTEGER NOT NULL PRIMARY KEY, field VARCHAR NOT NULL, value VARCHAR NOT NULL,
  author VARCHAR NOT NULL, reason VARCHAR NOT NULL, made_at VARCHAR(32) NOT NULL, ends_at VARCHAR(32) NOT NULL,
  lifted_by VARCHAR NOT NULL, held_back INTEGER NOT NULL);
CREATE TABLE source_round (round_id INTEGER NOT NULL PRIMARY KEY, source_id VARCHAR NOT NULL,
  started_at VARCHAR(32) NOT NULL, finished_at VARCHAR(32) NOT NULL, outcome VARCHAR NOT NULL, counts JSON NOT NULL,
  note VARCHAR NOT NULL);
CREATE TABLE rule_fired (rule VARCHAR NOT NULL, event_id INTEGER NOT NULL, fired_at VARCHAR(32) NOT NULL);
CREATE TABLE thread_mark (source_id VARCHAR NOT NULL, thread_key VARCHAR NOT NULL, url VARCHAR NOT NULL,
  marker VARCHAR NOT NULL, first_seen_at VARCHAR(32) NOT NULL, published_at VARCHAR(32),
  checked_at VARCHAR(32) NOT NULL, vanished_at VARCHAR(32), PRIMARY KEY (source_id, thread_key));
CREATE TABLE post (post_id INTEGER NOT NULL PRIMARY KEY, {POST}, {NUMBERS}, {DATES}, {OTHERS}, UNIQUE (key));
CREATE TABLE post_tokens (post_id INTEGER NOT NULL PRIMARY KEY, title_words TEXT NOT NULL,
  content_words TEXT NOT NULL, title_grams TEXT NOT NULL, content_grams TEXT NOT NULL);
CREATE VIRTUAL TABLE post_fts USING fts5(title_words, content_words, title_grams, content_grams,
  content='post_tokens', content_rowid='post_id', tokenize="ascii tokenchars '+#.%&@_-/'");
CREATE TABLE signature_1_202611 (band BIGINT, post_id BIGINT, PRIMARY KEY (band, post_id)) WITHOUT ROWID;
INSERT INTO meta VALUES ('clock', 'real'), ('last_ingest_seq', '1');
INSERT INTO timer VALUES (7, 'HY-2026-0001', 'Z1.6.2-1b', 'responded', '["office"]', '{AT}', '{AT}', NULL, '{{}}',
  'open', NULL, 0, '1', '2026', '[]');
INSERT INTO case_file VALUES ('HY-2026-0001', 5, '汤桶漏水', '研判', 1, 1, '', 1, 0, 0, 0, 'logistics', '[]', '{AT}',
  NULL, '{AT}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', '', '', '', 1, 3);
INSERT INTO silence VALUES (1, 'source', 'forum', 'lin', '搬家', '{AT}', '{AT}', '', 4);
INSERT INTO source_round VALUES (31, 'forum', '{AT}', '{AT}', 'ok', '{{"new": 2}}', '');
INSERT INTO rule_fired VALUES ('canteen', 5, '{AT}');
INSERT INTO thread_mark VALUES ('forum', 't1', 'http://bbs.yunlu.example/1', 'm', '{AT}', NULL, '{AT}', NULL);
INSERT INTO post (post_id, {POST}, {NUMBERS}, {DATES}, {OTHERS}) VALUES (42, 'forum', 'bbs', 'forum', 'bbs:1', '',
  'http://bbs.yunlu.example/1', '汤桶漏水', '二食堂的汤桶漏水', '', '', '', '', '', '', '', '其他', '一般', '',
  'stored', '', 'h', '待研判', '', '', 1, 0, NULL, NULL, NULL, NULL, 1, 1.0, NULL, 0.0, 1, 20.0, 0, 1, 1, 0, 0, 5,
  '{AT}', '{AT}', NULL, '{AT}', NULL, NULL, '{AT}', '{AT}', '[]', '[]', '[]', 1);
INSERT INTO post_tokens VALUES (42, '汤桶 漏水', '二食堂 的 汤桶 漏水', '汤桶 桶漏 漏水',
  '二食 食堂 堂的 的汤 汤桶 桶漏 漏水');
INSERT INTO post_fts (post_fts) VALUES ('rebuild');
INSERT INTO signature_1_202611 VALUES (11, 42);
"""


def make_old_ledger(folder: Path) -> Path:
    """Write the file and three true audit rows; return its place."""
    place = folder / LEDGER_FILE
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript(SCHEMA)
    engine = create_engine(f"sqlite:///{place}")
    with engine.begin() as connection:
        for number in range(3):
            append_audit(
                connection, datetime(2026, 11, 23, 6, number, tzinfo=UTC), "lin", "case.confirm", f"HY-{number}"
            )
    engine.dispose()
    return place
