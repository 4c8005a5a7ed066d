"""What does a question cost apart from the encoder, and what does it cost in a large PoP?"""
