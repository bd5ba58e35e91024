"""The format ``us-or-cases``: Oregon court records as neutral records, cases and charges, in JSON lines or CSV."""
