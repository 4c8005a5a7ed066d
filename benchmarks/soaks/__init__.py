"""What is lost in a thousand lives of a PoP, or while an island is away?"""
