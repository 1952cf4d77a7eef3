"""The README's pictures, and the command that makes one of every screen."""
