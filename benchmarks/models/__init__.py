"""The models that are compared: in Promela, Murphi and TLA+, and a spec that no other folder has."""
