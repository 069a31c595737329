with selection as (

    select * from {{ ref('py_cluster_selection') }}

),

typed as (

    select
        cast(k as int) as k,
        cast(inertia as double) as inertia,
        cast(silhouette as double) as silhouette,
        cast(calinski_harabasz as double) as calinski_harabasz,
        cast(davies_bouldin as double) as davies_bouldin,
        cast(bootstrap_ari as double) as bootstrap_ari,
        cast(smallest_share as double) as smallest_share,
        cast(is_chosen as boolean) as is_chosen
    from selection

)

select * from typed
