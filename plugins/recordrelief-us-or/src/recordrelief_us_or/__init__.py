"""Oregon for recordrelief: its set-aside statutes, the live analyzer's reading of them, and a record format."""
