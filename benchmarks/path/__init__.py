"""What does a question cost beside the encoder, and what does it cost in a large PoP?"""
