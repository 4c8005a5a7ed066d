"""How does a publisher serve thousands of PoPs?"""
