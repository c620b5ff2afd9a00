"""The kernels of the search, in the dialect of `explorer.backends.native.dialect`: what runs for every state."""
