-- Profiles count all clustered customers, exactly one k is chosen, and non-buyers' clusters never
-- carry a buyers' name.
with clustered as (

    select count(*) as customers from {{ ref('customer_clusters') }}

),

profiled as (

    select coalesce(sum(customers), 0) as customers from {{ ref('cluster_profiles') }}

),

chosen as (

    select count(*) as chosen_count from {{ ref('cluster_selection') }}
    where is_chosen

),

misnamed as (

    select count(*) as misnamed_count from {{ ref('cluster_profiles') }}
    where
        buyer_share = 0
        and (cluster_name like '%ustomers%' or cluster_name like '%buyers%')

)

select
    'customer_clusters holds ' || cast(clustered.customers as string)
    || ' customers, cluster_profiles ' || cast(profiled.customers as string) || '; '
    || cast(chosen.chosen_count as string)
    || ' numbers of clusters are chosen in cluster_selection, and '
    || cast(misnamed.misnamed_count as string)
    || ' clusters without buyers are called by a name of buyers' as finding
from clustered
cross join profiled
cross join chosen
cross join misnamed
where
    clustered.customers <> profiled.customers
    or (clustered.customers > 0 and chosen.chosen_count <> 1)
    or misnamed.misnamed_count > 0
