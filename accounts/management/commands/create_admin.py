"""The first administrator of a new installation; everybody else gets roles from the security administrator's page."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import appoint_first_admin
from accounts.models import User
from accounts.states import ADMINS, Role
from ledger.actors import Job
from ledger.errors import Refused


class Command(BaseCommand):
    help = "Create the first security, system or audit administrator. Refuses when there is one of that role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", choices=sorted(ADMINS), default=Role.SECURITY_ADMIN)
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"]
        password = sys.stdin.readline().strip() if options["password_stdin"] else getpass.getpass("密码：")
        try:
            validate_password(password, User(email=email, name=options["name"]))
            user = appoint_first_admin(
                email, role=options["role"], name=options["name"], password=password, actor=Job("create_admin")
            )
        except (Refused, ValidationError) as error:
            raise CommandError("\n".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(f"{user.email} 已设为{Role(options['role']).label}。首次登录后请按提示启用两步验证。")
