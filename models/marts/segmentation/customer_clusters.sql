with clusters as (

    select * from {{ ref('py_customer_clusters') }}

),

profiles as (

    select * from {{ ref('cluster_profiles') }}

),

named as (

    select
        cast(clusters.customer_id as string) as customer_id,
        profiles.cluster_name,
        cast(clusters.cluster_id as int) as cluster_id,
        cast(clusters.component_1 as double) as component_1,
        cast(clusters.component_2 as double) as component_2,
        cast(clusters.distance_to_center as double) as distance_to_center
    from clusters
    inner join profiles
        on clusters.cluster_id = profiles.cluster_id

)

select * from named
