"""What doors may know about boxes."""
