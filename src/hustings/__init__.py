"""Hustings: any election under any electoral system."""
