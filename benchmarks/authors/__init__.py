"""How long does an author wait, and how good are the sample islands?"""
