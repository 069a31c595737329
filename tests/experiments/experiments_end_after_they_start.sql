-- An experiment that ends before it starts would silently have no customers.
select
    'experiment ' || experiment_id || ' in seeds/config/experiments.csv ends at '
    || cast(ended_at as string) || ', before it starts at ' || cast(started_at as string) as finding
from {{ ref('experiments') }}
where ended_at <= started_at
