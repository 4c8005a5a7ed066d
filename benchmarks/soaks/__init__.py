"""What is lost in a thousand lives of a PoP?"""
