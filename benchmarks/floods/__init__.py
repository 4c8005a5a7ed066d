"""What floods do to others."""
