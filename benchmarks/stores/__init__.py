"""How fast are the stores?"""
