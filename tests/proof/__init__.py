"""What the property tests share: made-up people, random rules, and the law in plain Python to hold the engine to."""
