{#
    Models that follow customers: each replaces the rows of customers whose version changed since its own last
    run. In the model, if is_incremental(): `where customer_id in (changed_customers())`.
#}

{# SQL for the customers whose events changed since the model's last run. #}
{% macro changed_customers() -%}
    select versions.customer_id from {{ ref('int_customer_versions') }} as versions
    where versions.changed_in > (select models.load_id from state.models where models.name = '{{ model.name }}')
{%- endmacro %}


{# Pre-hook of models that follow customers: deletes the rows of customers who changed or went. #}
{% macro forget_changed_customers() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }}
    where customer_id not in (
        select versions.customer_id from {{ ref('int_customer_versions') }} as versions
        where versions.changed_in <= (select models.load_id from state.models where models.name = '{{ model.name }}')
    )
    {%- endif -%}
{%- endmacro %}


{#
    SQL for the load up to which a model knows its customers' changes: no further than the models that it reads.
    It is 0 when a model before int_customer_versions was built again without that one: the versions then say
    nothing about its rows, so the model is built from nothing until the versions were built again, too.
#}
{% macro progress(node) -%}
    {%- set versions = 'model.footfall.int_customer_versions' -%}
    {%- set before_versions = ancestors(graph.nodes[versions]) -%}
    {%- set sources_of_versions = ["int_customer_versions"] -%}
    {%- set known = [] -%}
    {%- for parent in tracked_parents(node) if versions in ancestors(node) -%}
        {%- if parent in before_versions -%}
            {%- do sources_of_versions.append(graph.nodes[parent].name) -%}
        {%- elif versions in ancestors(graph.nodes[parent]) -%}
            {%- do known.append("(select load_id from state.models where name = '" ~ graph.nodes[parent].name ~ "')") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if sources_of_versions | length > 1 -%}
        {%- do known.append("(select case when max(run_in) = max(case when name = 'int_customer_versions' then run_in end) then max(run_in) else 0 end from state.models where name in ('" ~ sources_of_versions | join("', '") ~ "'))") -%}
    {%- endif -%}
    {{ return("coalesce(least(" ~ known | join(", ") ~ "), 0)" if known else load_id()) }}
{%- endmacro %}


{# The nearest ancestors whose runs are recorded: tables, and the views on the way to them. #}
{% macro tracked_parents(node) -%}
    {%- set found = [] -%}
    {%- do add_tracked_parents(node, found, {}) -%}
    {{ return(found) }}
{%- endmacro %}

{% macro add_tracked_parents(node, found, seen) -%}
    {%- for id in node.depends_on.nodes if id not in seen and id in graph.nodes and not id.endswith('.quality_gate') -%}
        {%- do seen.update({id: true}) -%}
        {%- set parent = graph.nodes[id] -%}
        {%- if 'record_run' in parent.config['post-hook'] | string -%}
            {%- do found.append(id) -%}
        {%- endif -%}
        {%- if parent.config.materialized == 'view' -%}
            {%- do add_tracked_parents(parent, found, seen) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{# All nodes that a node is made from. #}
{% macro ancestors(node, seen=none) -%}
    {%- set seen = {} if seen is none else seen -%}
    {%- for id in node.depends_on.nodes if id in graph.nodes and id not in seen -%}
        {%- do seen.update({id: true}) -%}
        {%- do ancestors(graph.nodes[id], seen) -%}
    {%- endfor -%}
    {{ return(seen) }}
{%- endmacro %}
