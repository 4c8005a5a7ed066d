"""How much is answered, and how much of that is right, when an island promises the mean of its answers?"""
