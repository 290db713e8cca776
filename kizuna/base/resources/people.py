"""Users as a resource: colleagues are shown, picked as owners and read over the API; identity's services write them."""

from django.utils.translation import gettext_lazy as _

from kizuna.base.identity.models import User
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section


@register
class Users(Resource):
    model = User
    icon = "user"
    is_person = True
    exclude = ("password", "last_login", "preferences", "is_admin", "is_active", "team", "session_epoch", "theme")
    columns = ("name", "email", "language", "time_zone")
    search = ("name", "email")
    sort = "name"
    sections = (Section(_("Person"), "name", "email"),)
    operations = ("read",)
