"""Measures what README quotes. `python -m benchmarks` runs the quick benchmarks; a name runs one."""
