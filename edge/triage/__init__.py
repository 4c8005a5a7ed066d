"""What is being asked? Normal form, encoder, island head and acceptor turn a viewer's words into a `Verdict`.

Model *bytes* come in, verdicts go out: no clock, disk, network or randomness inside, so the same question to the same
island with the same files is always judged alike. Whether to act on a verdict is `edge.decide`'s to say.

>>> triage = load_triage(files)
>>> head = Head.load(island)
>>> triage.judge(head, "when does it ship??").candidates[0].snippet
'ship-date'
"""

from edge.triage.acceptor import Acceptor
from edge.triage.encoder import Encoder
from edge.triage.head import Head
from edge.triage.judge import MODEL_FILES, Triage, load_triage
from edge.triage.text import normalise

__all__ = ["MODEL_FILES", "Acceptor", "Encoder", "Head", "Triage", "load_triage", "normalise"]
