"""Fill the sums from what is there, in the database: a few seconds for a million visits."""

import datetime as dt

from django.db import migrations
from django.utils import timezone

BEEN = """
    SELECT opportunity_id, {joined} AS stages
    FROM (SELECT DISTINCT opportunity_id, stage_id FROM sales_stagevisit ORDER BY opportunity_id, stage_id) AS visits
    GROUP BY opportunity_id
"""
WAYS = "INSERT INTO sales_way (stages) SELECT DISTINCT stages FROM ({been}) AS been"
DEALS = """
    UPDATE sales_opportunity SET way_id = w.id FROM ({been}) AS been JOIN sales_way AS w ON w.stages = been.stages
    WHERE been.opportunity_id = sales_opportunity.id
"""
STAYS = """
    INSERT INTO sales_staysum (stage_id, left_on, days, count)
    SELECT v.stage_id, {day}, {days}, COUNT(*)
    FROM sales_stagevisit v JOIN sales_opportunity o ON o.id = v.opportunity_id JOIN sales_stage s ON s.id = v.stage_id
    WHERE o.deleted_at IS NULL AND o.pipeline_id = s.pipeline_id AND v.left_at < %s
    GROUP BY v.stage_id, {day}, {days}
"""
GROUP = "closes_in, pipeline_id, stage_id, forecast_category, amount_currency"
COUNTED = "closes_on IS NOT NULL AND forecast_category IN ('closed', 'commit', 'best_case', 'pipeline')"
STANDING = f"""
    INSERT INTO sales_standingsum ({GROUP}, from_on, until_on, count, total)
    WITH moves AS (
        SELECT {{month}} AS closes_in, pipeline_id, stage_id, forecast_category, amount_currency,
            from_on AS on_day, 1 AS one, COALESCE(amount, 0) AS amount
        FROM sales_opportunitystate WHERE {COUNTED}
        UNION ALL
        SELECT {{month}}, pipeline_id, stage_id, forecast_category, amount_currency, until_on, -1, -COALESCE(amount, 0)
        FROM sales_opportunitystate WHERE {COUNTED} AND until_on IS NOT NULL
    ), days AS (
        SELECT {GROUP}, on_day, SUM(one) AS one, SUM(amount) AS amount FROM moves GROUP BY {GROUP}, on_day
    ), running AS (
        SELECT {GROUP}, on_day, LEAD(on_day) OVER way AS until_on, SUM(one) OVER way AS count,
            ROUND(SUM(amount) OVER way, 4) AS total
        FROM days WINDOW way AS (PARTITION BY {GROUP} ORDER BY on_day)
    )
    SELECT {GROUP}, on_day, until_on, count, total FROM running WHERE count > 0
"""  # noqa: S608 - names of ours
WORDS = {
    "postgresql": {
        "joined": "string_agg(CAST(stage_id AS text), ' ' ORDER BY stage_id)",
        "day": "CAST(v.left_at AT TIME ZONE 'UTC' AS DATE)",
        "days": "CAST(FLOOR(EXTRACT(EPOCH FROM (v.left_at - v.entered_at)) / 86400) AS INTEGER)",
        "month": "CAST(date_trunc('month', closes_on) AS DATE)",
    },
    "sqlite": {
        "joined": "group_concat(stage_id, ' ')",
        "day": "date(v.left_at)",
        "days": "CAST(julianday(v.left_at) - julianday(v.entered_at) AS INTEGER)",
        "month": "date(closes_on, 'start of month')",
    },
}


def fill(apps, schema_editor):
    connection = schema_editor.connection
    words = WORDS[connection.vendor]
    been = BEEN.format(**words)
    until = (timezone.now() - dt.timedelta(days=1)).astimezone(dt.UTC).date()
    settled = connection.ops.adapt_datetimefield_value(dt.datetime.combine(until, dt.time(), dt.UTC))
    with connection.cursor() as cursor:
        cursor.execute(WAYS.format(been=been))
        cursor.execute(DEALS.format(been=been))
        cursor.execute(STAYS.format(**words), [settled])
        cursor.execute(STANDING.format(**words))
    apps.get_model("sales", "StaysCounted").objects.create(pk=1, until_on=until)


class Migration(migrations.Migration):
    dependencies = [("sales", "0018_sums")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
