"""Two variants' answers side by side, unnamed: voted on, pair by pair."""
