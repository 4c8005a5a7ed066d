"""The relay's tables in the desk's file."""

TABLES = (
    """CREATE TABLE IF NOT EXISTS relay_conversations (
        desk    TEXT NOT NULL,
        number  INTEGER NOT NULL,
        viewer  TEXT NOT NULL,
        root    TEXT NOT NULL,
        seen    INTEGER NOT NULL DEFAULT 0,
        until   REAL NOT NULL DEFAULT 0,
        is_gone INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (desk, number)
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS relay_conversations_by_viewer ON relay_conversations (desk, viewer)",
    """CREATE TABLE IF NOT EXISTS relay_tickets (
        ticket       TEXT NOT NULL,
        desk         TEXT NOT NULL,
        conversation INTEGER NOT NULL DEFAULT 0,
        message      INTEGER NOT NULL DEFAULT 0,
        is_follow_up INTEGER NOT NULL DEFAULT 0,
        due          REAL NOT NULL DEFAULT 0,
        attempts     INTEGER NOT NULL DEFAULT 0,
        fault        TEXT NOT NULL DEFAULT '',
        is_over      INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (ticket, desk)
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS relay_tickets_by_conversation ON relay_tickets (desk, conversation)",
    """CREATE TABLE IF NOT EXISTS relay_replies (
        desk         TEXT NOT NULL,
        message      INTEGER NOT NULL,
        conversation INTEGER NOT NULL,
        PRIMARY KEY (desk, message)
    ) STRICT""",
    """CREATE TRIGGER IF NOT EXISTS relay_replies_go AFTER DELETE ON relay_conversations
        BEGIN DELETE FROM relay_replies WHERE desk = OLD.desk AND conversation = OLD.number; END""",
    """CREATE TRIGGER IF NOT EXISTS relay_tickets_go AFTER DELETE ON tickets
        BEGIN DELETE FROM relay_tickets WHERE ticket = OLD.id; END""",
    """CREATE TRIGGER IF NOT EXISTS relay_conversations_go AFTER DELETE ON relay_tickets
        BEGIN DELETE FROM relay_conversations WHERE desk = OLD.desk AND number = OLD.conversation AND NOT EXISTS
            (SELECT 1 FROM relay_tickets WHERE desk = OLD.desk AND conversation = OLD.conversation); END""",
)
"""Statements that make them, where they are not there yet. Rows go with their tickets."""
