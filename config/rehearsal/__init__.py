"""A whole round played through the actions of the screens: for `manage.py rehearse`, and for the demo data."""
