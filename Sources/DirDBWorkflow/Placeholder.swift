// Replaced by the first capability.
