-- The money of purchases and discounts that were kept is in fct_orders or in uncounted_orders.
with kept as (

    select
        coalesce(sum(case when event_class = 'purchase' then amount_kept end), 0)
        - coalesce(sum(case when event_class = 'discount' then amount_kept end), 0) as amount
    from {{ ref('money_reconciliation') }}

),

counted as (

    select coalesce(sum(revenue), 0) as amount from {{ ref('fct_orders') }}

),

uncounted as (

    select coalesce(sum(amount), 0) as amount from {{ ref('uncounted_orders') }}

),

-- an order may also have lines of a bot or listed customer beside those of others
mixed as (

    select coalesce(sum(events.revenue), 0) as amount
    from {{ ref('fct_events') }} as events
    inner join {{ ref('fct_orders') }} as orders
        on events.order_id = orders.order_id
    where events.is_excluded

)

select
    cast(kept.amount as string) || ' of purchases was kept, but fct_orders has '
    || cast(counted.amount as string) || ', uncounted_orders ' || cast(uncounted.amount as string)
    || ' and lines of excluded customers in orders of others ' || cast(mixed.amount as string)
        as finding
from kept
cross join counted
cross join uncounted
cross join mixed
where kept.amount <> counted.amount + uncounted.amount + mixed.amount
