"""``python -m recordrelief``."""

from recordrelief.cli import main

if __name__ == "__main__":
    main()
