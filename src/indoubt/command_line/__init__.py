"""What the command line does: commands, their options, and what they print."""
