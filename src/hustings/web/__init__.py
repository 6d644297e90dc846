"""The workbench in a browser: elections, scenarios, systems and counts on pages of this machine, and as JSON."""
