"""The forms of the sign-in pages: allauth's, with our words and forgiving address fields."""

from typing import Any

from allauth.account import forms as account
from django import forms
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity.models.users import UserManager


class AddressField(forms.EmailField):
    """An e-mail address as somebody types it: full-width letters from an input method and capitals are understood."""

    # Not type="email": browsers would refuse what we understand.
    widget = forms.TextInput(
        attrs={"inputmode": "email", "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    )

    default_error_messages = {
        "required": _("Enter your e-mail address."),
        "invalid": _("This is not an e-mail address."),
    }

    def to_python(self, value: Any) -> str:
        return UserManager.normalize_email(super().to_python(value))


class SpokenLabels:
    """Labels stand above the fields, so nothing is said a second time inside them."""

    fields: dict[str, forms.Field]
    words: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)
            field.help_text = ""


class SignInForm(SpokenLabels, account.LoginForm):
    words = {"password": _("Password"), "remember": _("Keep me signed in on this device")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField(label=_("E-mail address"))
        self.fields["remember"].widget.attrs["class"] = "k-box"
        self.order_fields(["login", "password", "remember"])


class RequestPasswordForm(SpokenLabels, account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressField(label=_("E-mail address"))


NEW_PASSWORD_HELP = _("At least ten characters. A few unrelated words are easy to remember and hard to guess.")


class NewPasswordForm(SpokenLabels, account.ResetPasswordKeyForm):
    words = {"password1": _("New password"), "password2": _("New password, once more")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = NEW_PASSWORD_HELP


class ChangePasswordForm(SpokenLabels, account.ChangePasswordForm):
    words = {"oldpassword": _("Current password"), **NewPasswordForm.words}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = NEW_PASSWORD_HELP
