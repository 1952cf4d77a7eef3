"""The results of a round: cases by variants, looked into and rated."""
