"""What allauth asks us: who may come in, in which words it speaks, and what is written down."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import publish
from kizuna.base.identity import jobs, services
from kizuna.base.identity.address import client_address
from kizuna.base.identity.events import SignedIn, SignedOut, SignInFailed
from kizuna.base.identity.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by e-mail address for people whom an administrator let in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address and the password do not belong together. Check both."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again, or choose a new password."),
        "invalid_password_reset": _("This link has been used or is too old."),
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What attempts are counted by. Requests whose origin cannot be known share one allowance."""
        return client_address(request) or "unknown"

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        with transaction.atomic():
            super().login(request, user)
            publish(SignedIn(user_id=user.pk), by=user)

    def logout(self, request: HttpRequest) -> None:
        with transaction.atomic():
            if request.user.is_authenticated:
                publish(SignedOut(user_id=request.user.pk), by=request.user)
            super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        users = User.objects.filter(email=credentials.get("email", ""))
        with transaction.atomic():
            publish(SignInFailed(user_id=users.values_list("pk", flat=True).first()))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def set_password(self, user: User, password: str) -> None:
        """Called by the pages that reset or change a password, after they made sure who is asking."""
        services.change_password(actor=user, user=user, password=password)
        self._delete_login_attempts_cached_email(self.request, email=user.email)

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        """In a job: a mail server that is slow or down neither keeps the page waiting nor tells who has an account."""
        site = self.request.build_absolute_uri("/").rstrip("/")
        with transaction.atomic():
            jobs.send_password_reset.enqueue(user_id=user.pk, site=site)
