"""What is left after SIGKILL between any two steps?"""
