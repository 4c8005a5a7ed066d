"""How does a PoP's door hold against many strangers at once?"""
