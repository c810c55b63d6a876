"""How the secret of a machine client is kept."""

import hashlib
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.crypto import constant_time_compare


class RandomSecretHasher(BasePasswordHasher):
    """For secrets of 48 random characters only, which nobody can guess: a slow hash would protect nothing and cost each
    token request a quarter of a second of the processor, an open door for flooding."""

    algorithm = "random_secret_sha256"

    def encode(self, password: str, salt: str) -> str:
        return f"{self.algorithm}${salt}${hashlib.sha256(f'{salt}{password}'.encode()).hexdigest()}"

    def decode(self, encoded: str) -> dict[str, Any]:
        algorithm, salt, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        return constant_time_compare(encoded, self.encode(password, self.decode(encoded)["salt"]))

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to even out: there is no work factor."""
