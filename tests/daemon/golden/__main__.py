"""`python -m tests.daemon.golden record` judges the questions again; `write` writes the outcomes again."""

import asyncio
import sys

from tests.daemon.golden.tables import TABLES, write
from tests.daemon.golden.verdicts import record_verdicts

if sys.argv[1:] == ["record"]:
    record_verdicts()
elif sys.argv[1:2] == ["write"]:
    for table in sys.argv[2:] or TABLES:
        asyncio.run(write(table))
else:
    sys.exit("expected 'record', or 'write' and tables, or 'write' alone for all")
