#!/usr/bin/env python
"""Django's command line for the portal. Without DATABASE_URL it uses the local servers under var/."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.local import servers

    try:
        servers.fill_environment()
    except servers.LocalServerError as error:
        print(f"error: {error}", file=sys.stderr)
        if sys.argv[1:2] != ["doctor"]:  # which then says what else is wrong
            sys.exit(1)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
