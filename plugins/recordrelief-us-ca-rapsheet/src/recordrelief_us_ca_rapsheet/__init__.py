"""Reads, writes and invents California RAP sheets."""
