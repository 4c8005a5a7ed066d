"""Can a stranger hurt a PoP, or another viewer?"""
