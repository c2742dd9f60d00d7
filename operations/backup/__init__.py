"""Taking backups, and bringing them back."""
