{%- set bands = {'age': var('age_band_years'), 'salary': var('salary_band_width')} -%}
with customers as (

    select * from {{ ref('int_customer_demographics') }}

),

values_of_attributes as (

    {% for attribute in ['gender', 'country'] -%}
    select
        '{{ attribute }}' as attribute_name,
        coalesce({{ attribute }}, 'unknown') as band,
        cast(null as bigint) as band_from,
        cast(null as bigint) as band_to,
        has_purchased
    from customers

    union all

    {% endfor -%}
    {% for attribute, width in bands.items() -%}
    select
        '{{ attribute }}' as attribute_name,
        cast(null as string) as band,
        cast(floor({{ attribute }} / {{ width }}) as bigint) * {{ width }} as band_from,
        (cast(floor({{ attribute }} / {{ width }}) as bigint) + 1) * {{ width }} as band_to,
        has_purchased
    from customers
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (

    select
        attribute_name,
        coalesce(
            band,
            cast(band_from as string) || '-' || cast(band_to - 1 as string),
            'unknown'
        ) as band,
        band_from,
        band_to,
        count(*) as customers,
        sum(case when has_purchased then 1 else 0 end) as buyers
    from values_of_attributes
    group by attribute_name, band, band_from, band_to

),

-- leave out attributes that the source does not have
known as (

    select *
    from counted
    where
        attribute_name in (
            select known_bands.attribute_name from counted as known_bands
            where known_bands.band <> 'unknown'
        )

),

shared as (

    select
        attribute_name,
        band,
        cast(band_from as double) as band_from,
        cast(band_to as double) as band_to,
        customers,
        cast(buyers as bigint) as buyers,
        cast(customers as double) / sum(customers) over (partition by attribute_name)
            as customer_share,
        cast(buyers as double) / nullif(sum(buyers) over (partition by attribute_name), 0)
            as buyer_share,
        cast(buyers as double) / customers as customer_conversion_rate
    from known

)

select * from shared
