-- More than one in a hundred purchases or refunds refused is worth a look.
{{ config(severity='warn') }}
{{ refused_purchases(0.01) }}
