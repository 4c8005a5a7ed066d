"""How fast is it, and does it hold? The benchmarks behind README's figures: `python -m benchmarks [NAME …]`."""
