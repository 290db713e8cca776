"""Letters to people about their account, sent after commit; and sessions that ended do not stay for ever."""

from importlib import import_module

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from kizuna.base.identity.models import User
from kizuna.base.jobs import every, task


@task(max_attempts=5)
def send_password_reset(*, user_id: int, site: str) -> None:
    """Send the link by which a user chooses a new password, in the user's language.

    `site` is the scheme and host the user asked on. The secret in the link is made here and stored nowhere: not in
    the job, not in the log.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    with translation.override(user.language):
        context = {"user": user, "url": site + path, "site": site}
        subject = render_to_string("account/email/password_reset_subject.txt", context)
        body = render_to_string("account/email/password_reset_message.txt", context)
    send_mail(" ".join(subject.split()), body.strip() + "\n", None, [user.email])


@every(cron="41 3 * * *")
def clear_sessions() -> None:
    """Delete the sessions that have run out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
