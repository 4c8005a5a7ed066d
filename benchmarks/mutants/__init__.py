"""Do the tests notice a mistake?"""
