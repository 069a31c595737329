-- A rate converts one unit of its currency into var `currency`: positive, and 1 for that currency.
select
    currency,
    rate
from {{ ref('currency_rates') }}
where
    rate is null
    or rate <= 0
    or (currency = '{{ var("currency") }}' and rate <> 1)
