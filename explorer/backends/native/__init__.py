"""Native code: a machine packed into words and lowered to LLVM."""
