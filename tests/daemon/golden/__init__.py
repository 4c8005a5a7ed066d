"""What became of each sample question, in each channel, session state and load, when the golden files were written?

`driver` runs a PoP in this process; no other file of this folder uses a PoP's private parts. `words` translates
responses and tickets into the golden files' own words. `islands` and `verdicts` have the material, and the other
modules have the cases.

    python -m tests.daemon.golden record    judge the questions again with the real model
    python -m tests.daemon.golden write     write the outcomes again
"""
