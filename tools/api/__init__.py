"""What tools/make_api.py is made of: the description read and checked (model), and one writer per output."""
