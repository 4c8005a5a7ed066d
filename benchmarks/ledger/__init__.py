"""What does the ledger cost, and what does it lose when its process is killed?"""

__all__: list[str] = []
