"""Questions about faults: how few break a property, which budgets it survives, and which assumptions it rests on."""
