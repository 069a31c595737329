{# Checked before anything is written. Each message is one line that names the var, file or column. #}
{% macro check_project() -%}
    {%- if execute -%}
        {%- do check_var_names() -%}
        {%- do check_vars() -%}
        {%- if flags.EMPTY and has_files() -%}
            {{ raise_error("--empty would count files as loaded without their rows. Leave it out; a small file makes a small warehouse.") }}
        {%- endif -%}
        {%- do check_raw_path() -%}
        {%- do check_raw_files() -%}
        {%- do check_warehouse() -%}
    {%- endif -%}
{%- endmacro %}


{# Without this check, a misspelt name in --vars would silently change nothing. #}
{% macro check_var_names() -%}
    {{ return(adapter.dispatch('check_var_names', 'footfall')()) }}
{%- endmacro %}

{% macro default__check_var_names() -%}
{%- endmacro %}

{% macro duckdb__check_var_names() -%}
    {%- set known = fromyaml(run_query("select content from read_text('vars.yml')")[0][0]).vars -%}
    {%- for name in invocation_args_dict.vars if name not in known -%}
        {%- set nearest = run_query("select name from (values ('" ~ known | join("'), ('") ~ "')) as known (name) order by levenshtein(name, " ~ text_literal(name) ~ "), name")[0][0] -%}
        {{ raise_error("var '" ~ name ~ "' is unknown; did you mean '" ~ nearest ~ "'? All vars are in vars.yml.") }}
    {%- endfor -%}
{%- endmacro %}


{% macro check_vars() -%}
    {%- do check_var_types() -%}
    {%- if not modules.re.fullmatch('[A-Za-z0-9]{1,10}', var('currency')) -%}
        {{ raise_error("var 'currency' is '" ~ var('currency') ~ "'; it must be a code like 'USD'.") }}
    {%- endif -%}
    {%- if var('recency_from') not in ['as_of', 'last_complete_month'] -%}
        {{ raise_error("var 'recency_from' is '" ~ var('recency_from') ~ "'; it must be as_of or last_complete_month.") }}
    {%- endif -%}
    {%- if var('rfm_includes_guests') is not boolean -%}
        {{ raise_error("var 'rfm_includes_guests' is '" ~ var('rfm_includes_guests') ~ "'; it must be true or false.") }}
    {%- endif -%}
    {%- do check_var_times() -%}
    {%- do check_var_pairs() -%}
{%- endmacro %}


{#
    Checks of vars that need no query. generate_schema_name calls them too, while dbt still reads the models:
    a model that computes with a var of the wrong type would end the run with an error of Jinja.
#}
{% macro check_var_types() -%}
    {%- do check_templates() -%}
    {%- do check_source_config(var('source'), source_config()) -%}
    {%- if var('extra_columns') is string or var('extra_columns') is not sequence or var('extra_columns') | reject('string') | list -%}
        {{ raise_error("var 'extra_columns' is " ~ shown(var('extra_columns')) ~ "; it must be a list of column names, like [utm_medium].") }}
    {%- endif -%}
    {%- if var('currency') is not string -%}
        {{ raise_error("var 'currency' is " ~ shown(var('currency')) ~ "; it must be a code like 'USD'.") }}
    {%- endif -%}
    {%- if var('raw_path') is mapping or (var('raw_path') is sequence and var('raw_path') is not string) -%}
        {{ raise_error("var 'raw_path' is '" ~ var('raw_path') ~ "'; it must be one file, glob or folder.") }}
    {%- endif -%}
    {%- do check_var_numbers() -%}
{%- endmacro %}

{#
    dbt runs text in double braces when it is in --vars, raw_path included, so it is refused there. In the name
    or the data of a file it is ordinary text.
#}
{% macro check_templates() -%}
    {%- for name, value in invocation_args_dict.vars.items() if value is string -%}
        {%- for opening in ['{' ~ '{', '{' ~ '%', '{' ~ '#'] if opening in value -%}
            {{ raise_error("var '" ~ name ~ "' is '" ~ value ~ "', but dbt would run what stands behind '" ~ opening ~ "'. Where a path holds that, write * in its place, or give its folder.") }}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}


{# The keys that the file of every source must have. #}
{% macro check_source_config(source, config) -%}
    {%- set has = source_file(source) ~ " has " -%}
    {%- if config.get('time_zone') not in modules.pytz.all_timezones -%}
        {{ raise_error(has ~ "time_zone " ~ shown(config.get('time_zone')) ~ ", not a known time zone. Write it like 'Europe/Berlin'.") }}
    {%- endif -%}
    {%- for key in ['provides', 'entities'] if config.get(key) is not mapping or not config.get(key) -%}
        {{ raise_error(has ~ key ~ " " ~ shown(config.get(key)) ~ "; it must be a mapping, as in macros/sources/demo.sql.") }}
    {%- endfor -%}
    {%- for entity, settings in config.entities.items() -%}
        {%- set columns = settings.get('columns') if settings is mapping -%}
        {%- if columns is string or columns is not sequence or not columns or columns | reject('string') | list -%}
            {{ raise_error(has ~ "columns " ~ shown(columns) ~ " for entity '" ~ entity ~ "'; it must be a list of column names.") }}
        {%- endif -%}
    {%- endfor -%}
    {%- do check_source_settings(has, config) -%}
{%- endmacro %}


{# The settings of a source about how it writes its values. #}
{% macro check_source_settings(has, config) -%}
    {%- set known = ['time_zone', 'grows_by_file', 'provides', 'entities', 'decimal_mark', 'day_first', 'time_formats', 'null_words', 'has_header'] -%}
    {%- for name in config if name not in known -%}
        {{ raise_error(has ~ "'" ~ name ~ "', which is no setting. Use one of: " ~ known | join(', ') ~ ".") }}
    {%- endfor -%}
    {%- if config.get('decimal_mark') not in [none, '.', ','] -%}
        {{ raise_error(has ~ "decimal_mark " ~ shown(config.decimal_mark) ~ "; it must be '.' or ','.") }}
    {%- endif -%}
    {%- for name in ['day_first', 'has_header'] if config.get(name) is not none and config[name] is not boolean -%}
        {{ raise_error(has ~ name ~ " " ~ shown(config[name]) ~ "; it must be true or false.") }}
    {%- endfor -%}
    {%- for name in ['time_formats', 'null_words'] if config.get(name) is not none and (config[name] is string or config[name] is mapping or config[name] is not iterable) -%}
        {{ raise_error(has ~ name ~ " " ~ shown(config[name]) ~ "; it must be a list, like " ~ ("['%d.%m.%Y %H:%M']" if name == 'time_formats' else "['-', 'k.A.']") ~ ".") }}
    {%- endfor -%}
    {%- for format in config.get('time_formats') or [] -%}
        {%- if not modules.re.fullmatch('([^%]|%-?[YymdHIMSfpbBaAjzZ%])*', format | string) or not modules.re.search('%-?[Yy]', format | string) -%}
            {{ raise_error(has ~ "time_formats with " ~ shown(format) ~ "; write a format like '%d.%m.%Y %H:%M', with a year and of %Y %y %m %d %j %H %I %p %M %S %f %b %B %a %A %z %Z only.") }}
        {%- endif -%}
    {%- endfor -%}
    {%- for entity, entity_config in config.entities.items() if config.get('has_header') == false and entity_config.get('optional_columns') -%}
        {{ raise_error(has ~ "optional_columns for entity '" ~ entity ~ "', but files without a header (has_header: false). Name all columns in `columns`, in their order.") }}
    {%- endfor -%}
{%- endmacro %}


{% macro check_var_times() -%}
    {%- for name in ['valid_from', 'valid_to', 'as_of', 'expected_until'] if var(name) is not none or name.startswith('valid') -%}
        {%- set time = '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?)?' -%}
        {%- if not modules.re.fullmatch(time, var(name) | string) or not run_query("select try_cast(" ~ text_literal(var(name) | string) ~ " as timestamp)")[0][0] -%}
            {{ raise_error("var '" ~ name ~ "' is " ~ shown(var(name)) ~ ", not a date or time in UTC. Write it like '2026-01-31' or '2026-01-31 12:00:00'.") }}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in ['source_time_zone', 'reporting_time_zone'] if var(name) is not none -%}
        {%- if var(name) not in modules.pytz.all_timezones -%}
            {{ raise_error("var '" ~ name ~ "' is '" ~ var(name) ~ "', not a known time zone. Write it like 'Europe/Berlin'.") }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{% macro check_var_numbers() -%}
    {%- set limits = {
        'session_gap_seconds': 31536000, 'session_id_gap_seconds': 31536000,
        'engaged_session_seconds': 86400, 'bot_events_per_day': 1000000000,
        'order_repeat_seconds': 31536000, 'cluster_k_min': 50,
        'cluster_k_max': 50, 'churn_observation_days': 3650, 'churn_holdout_days': 3650,
        'quality_sample_rows': 10000000, 'random_seed': 2147483647, 'csv_record_lines': 10000,
        'age_band_years': 100, 'salary_band_width': 1000000000,
    } -%}
    {%- for name, limit in limits.items() -%}
        {%- if var(name) is not integer or var(name) is boolean or not 1 <= var(name) <= limit -%}
            {{ raise_error("var '" ~ name ~ "' is " ~ shown(var(name)) ~ "; it must be a whole number from 1 to " ~ limit ~ ".") }}
        {%- endif -%}
    {%- endfor -%}
    {%- if var('customer_model_time_step') is not none and (var('customer_model_time_step') is not integer or var('customer_model_time_step') is boolean) -%}
        {{ raise_error("var 'customer_model_time_step' is '" ~ var('customer_model_time_step') ~ "'; it must be a whole number, or null for each customer's latest.") }}
    {%- endif -%}
    {%- for name in ['experiment_confidence', 'experiment_srm_level', 'cluster_min_stability', 'cluster_min_share', 'churn_high_risk_share', 'churn_medium_risk_share', 'rejected_share_limit', 'rejected_purchase_share_limit', 'assumed_margin'] -%}
        {%- if var(name) is not number or not 0 < var(name) < 1 -%}
            {{ raise_error("var '" ~ name ~ "' is " ~ shown(var(name)) ~ "; it must lie between 0 and 1.") }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{% macro check_var_pairs() -%}
    {%- set order = run_query("select " ~ time_literal('valid_from') ~ " < " ~ time_literal('valid_to') ~ ", coalesce(" ~ time_literal('as_of') ~ " between " ~ time_literal('valid_from') ~ " and " ~ time_literal('valid_to') ~ ", true)")[0] -%}
    {%- if not order[0] -%}
        {{ raise_error("var 'valid_from' (" ~ var('valid_from') ~ ") must be before var 'valid_to' (" ~ var('valid_to') ~ ").") }}
    {%- endif -%}
    {%- if not order[1] -%}
        {{ raise_error("var 'as_of' (" ~ var('as_of') ~ ") lies outside 'valid_from' and 'valid_to'.") }}
    {%- endif -%}
    {%- if var('session_gap_seconds') > var('session_id_gap_seconds') -%}
        {{ raise_error("var 'session_gap_seconds' (" ~ var('session_gap_seconds') ~ ") must not exceed var 'session_id_gap_seconds' (" ~ var('session_id_gap_seconds') ~ ").") }}
    {%- endif -%}
    {%- if var('churn_high_risk_share') + var('churn_medium_risk_share') > 1 -%}
        {{ raise_error("vars 'churn_high_risk_share' (" ~ var('churn_high_risk_share') ~ ") and 'churn_medium_risk_share' (" ~ var('churn_medium_risk_share') ~ ") must not exceed 1 together.") }}
    {%- endif -%}
    {%- if not 2 <= var('cluster_k_min') <= var('cluster_k_max') -%}
        {{ raise_error("vars 'cluster_k_min' (" ~ var('cluster_k_min') ~ ") and 'cluster_k_max' (" ~ var('cluster_k_max') ~ ") must satisfy 2 <= min <= max.") }}
    {%- endif -%}
{%- endmacro %}


{% macro check_raw_path() -%}
    {%- if not has_files() -%}
        {%- if var('raw_path') is not none -%}
            {{ raise_error("var 'raw_path' is set, but source '" ~ var('source') ~ "' reads its own seeds. Leave 'raw_path' out, or choose source 'tracking' for files of the same shape.") }}
        {%- endif -%}
    {%- elif not var('raw_path') -%}
        {{ raise_error("var 'raw_path' is missing: source '" ~ var('source') ~ "' reads files. Give a file, a glob or a folder.") }}
    {%- else -%}
        {%- do check_place_of_files() -%}
        {%- for entity, config in source_entities().items() if not config.is_optional and not list_raw_files(var('source'), entity) -%}
            {%- if entity != (source_entities() | first) and not is_folder(var('raw_path') | string) -%}
                {{ raise_error("var 'raw_path' is '" ~ var('raw_path') ~ "', which is no folder: source '" ~ var('source') ~ "' reads files of several kinds. Give the folder that holds them.") }}
            {%- endif -%}
            {{ raise_error("var 'raw_path' is '" ~ var('raw_path') ~ "': no file matches. Give a file, a glob or a folder with " ~ (config.files or 'CSV or Parquet') ~ " files.") }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{# Refuses files that the engine could not read, or would silently leave out. #}
{% macro check_place_of_files() -%}
    {{ return(adapter.dispatch('check_place_of_files', 'footfall')()) }}
{%- endmacro %}

{% macro default__check_place_of_files() -%}
{%- endmacro %}

{% macro duckdb__check_place_of_files() -%}
    {%- set path = var('raw_path') | string -%}
    {%- if '://' in path -%}
        {{ raise_error("var 'raw_path' is '" ~ path ~ "', an address. Bring the files to this machine and give their folder: nothing is fetched from elsewhere.") }}
    {%- endif -%}
    {%- set found = [] -%}
    {%- for entity in source_entities() -%}
        {%- do found.extend(list_raw_files(var('source'), entity)) -%}
    {%- endfor -%}
    {%- set problems = [] -%}
    {%- for row in run_query("select unnest(hidden_raw_files(" ~ text_literal(path) ~ "))") if row[0] not in found -%}
        {%- do problems.append("file '" ~ row[0] ~ "' would not be found: its path holds a backslash. Rename it, or move it elsewhere.") -%}
    {%- endfor -%}
    {%- do raise_errors(problems) -%}
{%- endmacro %}


{# Checks that files can be read, and the columns of those that this run will load. #}
{% macro check_raw_files() -%}
    {%- if execute and has_files() -%}
        {%- set found = [] -%}
        {%- for entity in source_entities() -%}
            {%- do found.extend(found_files(entity)) -%}
        {%- endfor -%}
        {%- do raise_errors(file_problems(found, false)) -%}
        {%- for entity in source_entities() -%}
            {%- set files = found_files(entity) if flags.FULL_REFRESH else unread_files(entity) -%}
            {%- do raise_errors(file_problems(files, true)) -%}
            {%- do raw_layouts(var('source'), entity, files) -%}
        {%- endfor -%}
        {%- if is_folder(var('raw_path') | string) -%}
            {%- for row in run_query("select file from " ~ list_files(var('raw_path') ~ '/**') ~ " order by file") if row[0] not in found -%}
                {{ log("Footfall: not read, by its name: " ~ row[0], info=true) }}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
    {%- for entity, config in source_entities().items() if execute and config.becomes == 'events' -%}
        {%- set known = config.columns + config.get('optional_columns', []) -%}
        {%- for column in var('extra_columns') if column not in known -%}
            {%- if not has_files() or column not in raw_layouts(var('source'), entity, found_files(entity)) | sum(attribute='columns', start=[]) -%}
                {{ raise_error("var 'extra_columns' names '" ~ column ~ "', which no events file of source '" ~ var('source') ~ "' has.") }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}


{% macro check_warehouse() -%}
    {%- set stamp = warehouse_stamp() -%}
    {%- if adapter.get_relation(stamp.database, stamp.schema, stamp.identifier) -%}
        {%- set built = run_query("select source from " ~ stamp)[0][0] -%}
        {%- if built != var('source') -%}
            {{ raise_error("this warehouse holds source '" ~ built ~ "', not '" ~ var('source') ~ "' (var 'source'). Set FOOTFALL_WAREHOUSE to another file, or delete this one.") }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# Writes, once, which source the warehouse holds; check_warehouse refuses any other. #}
{% macro stamp_warehouse() -%}
    {%- set stamp = warehouse_stamp() -%}
    {%- if execute -%}
        {%- do adapter.create_schema(stamp) -%}
    {%- endif -%}
    create table if not exists {{ stamp }} as select {{ text_literal(var('source')) }} as source
{%- endmacro %}

{% macro warehouse_stamp() -%}
    {{ return(api.Relation.create(database=target.database, schema=generate_schema_name('config') | trim, identifier='warehouse_source')) }}
{%- endmacro %}
