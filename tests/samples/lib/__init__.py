"""What the samples share; the commands are ../load and ../fingerprint."""
