"""How well does the second model find snippets in other languages?"""
