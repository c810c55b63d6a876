"""The adapter to the platform 汉检链 (docs/hanjianlian.md).

Nothing public says what the platform's interface looks like: the contract is our proposal. What it says of names and shapes
is in `mapping` and `reading`, of addresses and signs in `client`, and nowhere else: when the platform publishes its own,
these change and the rest stays.
"""
