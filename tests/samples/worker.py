"""The settings of a worker in the tests of jobs: the room of jobs without the rest of the product.

The rest takes four times as long to load, and no promise about jobs rests on it. The worker of the product is seen
starting, ending and coming back under its supervisor, and at work in the journeys.
"""

from kizuna.server.settings import *  # noqa: F403 - database, log and queues are the product's

INSTALLED_APPS = ["kizuna.base.jobs"]
