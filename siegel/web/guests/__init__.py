"""The pages "Meine Gäste": whom a full user has brought in, and those of colleagues."""
