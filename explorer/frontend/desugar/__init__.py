"""Systems of nodes into state machines: the syntax trees of handlers are rewritten, and lowered as any others are."""
