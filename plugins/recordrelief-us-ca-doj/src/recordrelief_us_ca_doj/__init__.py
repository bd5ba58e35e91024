"""Reads, writes and invents extracts in the layout of the California Department of Justice research file."""
