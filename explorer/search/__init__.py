"""The engines that explore a machine."""
