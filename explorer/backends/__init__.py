"""What executes a machine."""
