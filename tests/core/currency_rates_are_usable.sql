-- A rate converts one unit of its currency into var `currency`: positive, and 1 for that currency.
select
    'seeds/config/currency_rates.csv has rate ' || coalesce(cast(rate as string), 'none')
    || ' for ' || coalesce(currency, 'no currency')
    || case
        when rate > 0 then '; it must be 1, since var currency is {{ var("currency") }}'
        else '; a rate must be above 0'
    end as finding
from {{ ref('currency_rates') }}
where
    rate is null
    or rate <= 0
    or (currency = '{{ var("currency") }}' and rate <> 1)
