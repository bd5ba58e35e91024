"""What goes out after a run: lists for courts and agencies, motions and orders, filled petitions, letters to people.

Names, birth dates and case numbers stand in no file of a run: they are read again from its inputs.
"""
