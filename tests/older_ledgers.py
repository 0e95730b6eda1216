"""Ledgers as earlier versions made them."""

import sqlite3
from contextlib import closing
from pathlib import Path

_BACK_TO_3 = """
ALTER TABLE deliveries DROP COLUMN claimed_by;
DROP TABLE workers;
DROP TABLE older_keys;
DROP TABLE moves;
DROP TABLE schedules;
DROP TABLE paces;
CREATE TABLE under_way (issue VARCHAR NOT NULL, inode VARCHAR NOT NULL, is_to_stop BOOLEAN NOT NULL,
  list VARCHAR NOT NULL, CONSTRAINT pk_under_way PRIMARY KEY (issue));
UPDATE version SET number = 3;
"""
_BACK_TO_2 = """
ALTER TABLE deliveries DROP COLUMN list_name;
DROP INDEX ix_deliveries_recipient_id;
ALTER TABLE merge_values DROP COLUMN audience;
DROP TABLE audience_totals;
CREATE TABLE frozen_issues_2 (issue VARCHAR NOT NULL, content VARCHAR NOT NULL,
  CONSTRAINT pk_frozen_issues PRIMARY KEY (issue));
INSERT INTO frozen_issues_2 SELECT issue, content FROM frozen_issues;
DROP TABLE frozen_issues;
ALTER TABLE frozen_issues_2 RENAME TO frozen_issues;
DROP TABLE returns;
DROP TABLE mailboxes;
DROP TABLE lists;
ALTER TABLE said_no DROP back;
UPDATE version SET number = 2;
"""


def make_third_version(workspace: Path) -> Path:
    """Make the workspace's ledger one of version 3; return its file."""
    path = workspace / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_BACK_TO_3)
    return path


def make_second_version(workspace: Path) -> Path:
    """Make the workspace's ledger one of version 2; return its file."""
    path = make_third_version(workspace)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_BACK_TO_2)
    return path
