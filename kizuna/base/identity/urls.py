"""The account pages: those of allauth that exist here (no sign-up, no managing of addresses), and the language."""

from allauth.account import views
from django.urls import path, re_path
from django.views.generic import RedirectView
from django.views.i18n import set_language

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("closed/", views.account_inactive, name="account_inactive"),
    path("password/", views.password_change, name="account_change_password"),
    # allauth sends somebody without a password here; they choose one through the letter, like everybody else.
    path("password/first/", RedirectView.as_view(pattern_name="account_reset_password"), name="account_set_password"),
    path("password/new/", views.password_reset, name="account_reset_password"),
    path("password/new/sent/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("language/", set_language, name="set_language"),
    path("password/new/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
