"""What became of each sample question, in each channel, session state and load, when the golden files were written?

`driver` makes a PoP in this process and is the only file that looks inside one. `words` reads what a PoP says and
names it in the files' own words. `islands` and `verdicts` are what is asked about, the other modules are the cases.

    python -m tests.daemon.golden record    judge the questions again with the real model
    python -m tests.daemon.golden write     write the outcomes again
"""
