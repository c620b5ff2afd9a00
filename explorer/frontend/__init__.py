"""From Python source to the typed machine."""
