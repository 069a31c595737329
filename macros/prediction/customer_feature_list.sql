{# The list below, read and checked: a model that loops over half of a list would end in an error of Jinja. #}
{% macro customer_feature_list() -%}
    {%- set needed = {
        'statistics': [], 'session_measures': ['rees46', 'unit', 'is'], 'ratios': ['rees46', 'unit', 'is'],
        'month_series': ['rees46', 'unit', 'is'], 'month_statistics': [],
        'latent_factors': ['count', 'rees46', 'unit', 'is'],
    } -%}
    {%- set place = "macros/prediction/customer_feature_list.sql" -%}
    {%- set listed = fromyaml(customer_feature_yaml()) -%}
    {%- if listed is not mapping -%}
        {{ raise_error(place ~ " cannot be read as YAML. Look at its indentation, brackets and quotes.") }}
    {%- endif -%}
    {%- for part, keys in needed.items() -%}
        {%- if listed.get(part) is not mapping -%}
            {{ raise_error(place ~ " has no mapping '" ~ part ~ "'; it must have: " ~ needed | join(', ') ~ ".") }}
        {%- endif -%}
        {%- for name, entry in listed[part].items() -%}
            {%- for key in keys if entry is not mapping or key not in entry -%}
                {{ raise_error(place ~ ": '" ~ name ~ "' in " ~ part ~ " has no '" ~ key ~ "'; it must have: " ~ keys | join(', ') ~ ".") }}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(listed) }}
{%- endmacro %}


{#
    The one list behind mart `customer_features`: name, name in the REES46 customer model, unit and meaning.
    After a change, run `footfall feature-list`: it writes the seed and the contract that are made from it.
#}
{% macro customer_feature_yaml() %}
statistics:                     # of each session measure over a customer's sessions
  mean: Mean
  sum: Sum
  min: Smallest
  max: Largest
  stddev: Sample standard deviation (null for a single value)
  cv: Coefficient of variation (stddev / mean; null where the mean is 0)
session_measures:
  duration_minutes: {rees46: length, unit: minutes, is: time from the first to the last event of a session}
  start_year: {rees46: start_year, unit: year, is: year in which a session starts}
  start_yearday: {rees46: start_yearday, unit: day of year, is: day of the year (1 to 366) on which a session starts}
  start_month: {rees46: start_month, unit: month, is: month (1 to 12) in which a session starts}
  start_monthday: {rees46: start_monthday, unit: day of month, is: day of the month (1 to 31) on which a session starts}
  start_week: {rees46: start_week, unit: ISO week, is: ISO week (1 to 53) in which a session starts}
  start_weekday: {rees46: start_weekday, unit: day of week, is: 'day of the week on which a session starts (1 = Sunday, 7 = Saturday)'}
  start_is_weekend: {rees46: start_isweekend, unit: 0 or 1, is: 1 for a session that starts on Saturday or Sunday}
  start_hour: {rees46: start_hour, unit: hour of day, is: hour (0 to 23) in which a session starts}
  has_purchase: {rees46: haspurchase, unit: 0 or 1, is: 1 for a session with a purchase}
  event_count: {rees46: click_count, unit: events, is: events of a session}
  view_count: {rees46: view_count, unit: events, is: views of a session}
  add_to_cart_count: {rees46: cart_count, unit: events, is: additions to the cart of a session}
  purchase_count: {rees46: purchase_count, unit: events, is: purchase lines of a session}
  minutes_per_event: {rees46: time_to_click, unit: minutes per event, is: duration of a session per event}
  minutes_per_view: {rees46: time_to_view, unit: minutes per event, is: duration of a session per view (null for one without)}
  minutes_per_add_to_cart: {rees46: time_to_cart, unit: minutes per event, is: duration of a session per addition to the cart (null for one without)}
  minutes_per_purchase: {rees46: time_to_purchase, unit: minutes per event, is: duration of a session per purchase line (null for one without)}
  view_amount: {rees46: view_revenue, unit: currency, is: sum of the prices viewed in a session}
  add_to_cart_amount: {rees46: cart_revenue, unit: currency, is: sum of the prices added to the cart in a session}
  revenue: {rees46: purchase_revenue, unit: currency, is: revenue of a session}
  minutes_per_event_amount: {rees46: time_to_click_revenue, unit: minutes per currency unit, is: duration of a session per unit of the prices in all its events (null where they are 0)}
  minutes_per_view_amount: {rees46: time_to_view_revenue, unit: minutes per currency unit, is: duration of a session per unit of view_amount (null where it is 0)}
  minutes_per_add_to_cart_amount: {rees46: time_to_cart_revenue, unit: minutes per currency unit, is: duration of a session per unit of add_to_cart_amount (null where it is 0)}
  minutes_per_revenue: {rees46: time_to_purchase_revenue, unit: minutes per currency unit, is: duration of a session per unit of revenue (null where it is 0)}
  session_number: {rees46: session_number, unit: number, is: running number of a session among the customer's sessions}
  days_since_previous_session: {rees46: inter_session_time, unit: days, is: time from the start of the customer's previous session to that of this one (null for the first)}
  session_recency_days: {rees46: session_recency, unit: days, is: time from the start of a session to the last session start in the data}
  purchase_number: {rees46: purchase_number, unit: number, is: running number of a session among the customer's sessions with a purchase (null for one without)}
  days_since_previous_purchase: {rees46: inter_purchase_time, unit: days, is: time from the start of the customer's previous session with a purchase to that of this one (null for the first and for one without)}
  purchase_recency_days: {rees46: purchase_recency, unit: days, is: time from the start of a session with a purchase to the last such start in the data (null for one without)}
ratios:
  session_count_ratio: {rees46: session_count_ratio, unit: sessions per day, is: Sessions per day since the customer's first session (null where that is 0 days)}
  event_count_ratio: {rees46: click_count_ratio, unit: events per day, is: Events per day since the customer's first session (null where that is 0 days)}
  purchase_count_ratio: {rees46: transaction_count_ratio, unit: events per day, is: Purchase lines per day since the customer's first session (null where that is 0 days)}
month_series:                   # of blocks of four weeks, counted back from as_of
  session_count_month: {rees46: session_count_month, unit: sessions, is: Sessions that started}
  order_count_month: {rees46: purchase_count_month, unit: orders, is: Orders}
  revenue_month: {rees46: purchase_revenue_month, unit: currency, is: Revenue}
  customer_value_month: {rees46: customer_value_month, unit: currency, is: Mean profit per four weeks from the customer's first event to the end of the block}
month_statistics:
  lag0: in the four weeks up to as_of
  lag1: one block of four weeks before
  lag2: two blocks of four weeks before
  lag3: three blocks of four weeks before
  ma3: mean of those of lag0, lag1 and lag2 that are known
latent_factors:
  view_latent_factor: {count: 41, rees46: view_latent_factor, unit: none, is: Taste by what the customer views}
  purchase_latent_factor: {count: 18, rees46: purchase_latent_factor, unit: none, is: Taste by what the customer buys}
{% endmacro %}
