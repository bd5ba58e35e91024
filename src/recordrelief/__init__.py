"""recordrelief."""
