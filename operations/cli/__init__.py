"""The command `rapport`: one module for each group of commands."""
