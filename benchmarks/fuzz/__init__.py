"""What does a PoP do with requests that nobody should send?"""
