"""A fourth tracker, Slate, as somebody would add one: it exists in a copy that a test makes.

Each folder here goes where `connectors/README.md` says: `connectors/slate` and `staging/slate` to
the folders of their kind, `slate.py` to the simulators, `entries.py` to the tables of the drills.
"""
