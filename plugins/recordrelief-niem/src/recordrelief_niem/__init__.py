"""Reads, writes and invents national rap sheets in XML, version 4 of the interstate transmission specification."""
