"""The sessions screen: what was saved, found by words, seen at a glance, kept in order."""
