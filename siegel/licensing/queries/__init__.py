"""What doors and workflows may know about licenses."""
