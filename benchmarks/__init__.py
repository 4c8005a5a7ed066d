"""Measures what README quotes. `python -m benchmarks` runs everything; a name runs one."""
