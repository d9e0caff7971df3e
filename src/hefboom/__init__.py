"""Hefboom: a knowledge graph of supply chains and risks for OECD due diligence."""
