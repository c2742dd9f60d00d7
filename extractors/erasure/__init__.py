"""What was erased and must never come back."""
