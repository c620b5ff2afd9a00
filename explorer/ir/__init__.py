"""The typed machine: what every engine reads."""
