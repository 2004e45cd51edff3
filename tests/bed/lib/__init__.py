"""The parts of the test bed; the command is ../bed."""
