"""Is state lost or resurrected after SIGKILL between any two steps?"""
