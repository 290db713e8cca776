"""Colleagues are found like records, though identity writes them and not the records room."""

from kizuna.base.events import on
from kizuna.base.identity.events import ProfileChanged, UserCreated
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.search.index import index_records


@on(UserCreated)
@on(ProfileChanged)
def index_colleague(event: UserCreated | ProfileChanged) -> None:
    index_records(registry.get("user"), User.objects.filter(pk=event.user_id))
