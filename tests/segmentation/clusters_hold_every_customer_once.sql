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
    clustered.customers as clustered_customers,
    profiled.customers as profiled_customers,
    chosen.chosen_count,
    misnamed.misnamed_count
from clustered
cross join profiled
cross join chosen
cross join misnamed
where
    clustered.customers <> profiled.customers
    or (clustered.customers > 0 and chosen.chosen_count <> 1)
    or misnamed.misnamed_count > 0
