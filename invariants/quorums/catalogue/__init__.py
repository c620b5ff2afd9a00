"""The theorems that commit and consensus rest on, each beside its broken variants."""
