{#- Everything that differs between engines. DuckDB is the default; another engine overrides a macro
    by its prefix. -#}

{#- The local date of an instant in a time zone. -#}
{% macro local_day(instant, zone) %}{{ return(adapter.dispatch('local_day')(instant, zone)) }}{% endmacro %}
{% macro default__local_day(instant, zone) -%}
cast(timezone({{ zone }}, timezone('UTC', {{ instant }})) as date)
{%- endmacro %}
{% macro spark__local_day(instant, zone) -%}
cast(from_utc_timestamp({{ instant }}, {{ zone }}) as date)
{%- endmacro %}

{#- The instant (UTC) at which a day starts in a time zone. -#}
{% macro instant_of_midnight(day, zone) %}{{ return(adapter.dispatch('instant_of_midnight')(day, zone)) }}{% endmacro %}
{% macro default__instant_of_midnight(day, zone) -%}
timezone('UTC', timezone({{ zone }}, cast({{ day }} as timestamp)))
{%- endmacro %}
{% macro spark__instant_of_midnight(day, zone) -%}
to_utc_timestamp(cast({{ day }} as timestamp), {{ zone }})
{%- endmacro %}

{#- An instant some whole hours later; the number may be a column. -#}
{% macro add_hours(instant, hours) %}{{ return(adapter.dispatch('add_hours')(instant, hours)) }}{% endmacro %}
{% macro default__add_hours(instant, hours) -%}
({{ instant }} + to_hours({{ hours }}))
{%- endmacro %}
{% macro spark__add_hours(instant, hours) -%}
timestampadd(HOUR, {{ hours }}, {{ instant }})
{%- endmacro %}

{#- A day some days later; the number may be a column. -#}
{% macro add_days(day, days) %}{{ return(adapter.dispatch('add_days')(day, days)) }}{% endmacro %}
{% macro default__add_days(day, days) -%}
cast({{ day }} + cast({{ days }} as integer) as date)
{%- endmacro %}
{% macro spark__add_days(day, days) -%}
date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}

{#- Seconds from one instant to another, with fractions. -#}
{% macro seconds_between(from_instant, to_instant) %}{{ return(adapter.dispatch('seconds_between')(from_instant, to_instant)) }}{% endmacro %}
{% macro default__seconds_between(from_instant, to_instant) -%}
((epoch_us({{ to_instant }}) - epoch_us({{ from_instant }})) / 1000000.0)
{%- endmacro %}
{% macro spark__seconds_between(from_instant, to_instant) -%}
((unix_micros({{ to_instant }}) - unix_micros({{ from_instant }})) / 1000000.0)
{%- endmacro %}

{#- One row per whole number from the first to the last, both included; for a select list. -#}
{% macro each_number(first_number, last_number) %}{{ return(adapter.dispatch('each_number')(first_number, last_number)) }}{% endmacro %}
{% macro default__each_number(first_number, last_number) -%}
unnest(range({{ first_number }}, {{ last_number }} + 1))
{%- endmacro %}
{% macro spark__each_number(first_number, last_number) -%}
explode(sequence({{ first_number }}, {{ last_number }}))
{%- endmacro %}

{#- One row per element of a list, in two columns: the element and its place, from 0. -#}
{% macro each_element(elements, element_name, position_name) %}{{ return(adapter.dispatch('each_element')(elements, element_name, position_name)) }}{% endmacro %}
{% macro default__each_element(elements, element_name, position_name) -%}
unnest({{ elements }}) as {{ element_name }},
        generate_subscripts({{ elements }}, 1) - 1 as {{ position_name }}
{%- endmacro %}
{% macro spark__each_element(elements, element_name, position_name) -%}
posexplode({{ elements }}) as ({{ position_name }}, {{ element_name }})
{%- endmacro %}

{#- A text with every match of an RE2 pattern (a Jinja string) replaced. -#}
{% macro replace_matches(text, pattern, replacement) %}{{ return(adapter.dispatch('replace_matches')(text, pattern, replacement)) }}{% endmacro %}
{% macro default__replace_matches(text, pattern, replacement) -%}
regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}
{% macro spark__replace_matches(text, pattern, replacement) -%}
regexp_replace({{ text }}, '{{ pattern | replace("\\", "\\\\") }}', '{{ replacement }}')
{%- endmacro %}

{#- Window functions that pass over nulls: the last value that is known up to a row, and the first
    one from a row on. -#}
{% macro last_known(value) %}{{ return(adapter.dispatch('last_known')(value)) }}{% endmacro %}
{% macro default__last_known(value) -%}
last_value({{ value }} ignore nulls)
{%- endmacro %}
{% macro spark__last_known(value) -%}
last_value({{ value }}) ignore nulls
{%- endmacro %}
{% macro next_known(value) %}{{ return(adapter.dispatch('next_known')(value)) }}{% endmacro %}
{% macro default__next_known(value) -%}
first_value({{ value }} ignore nulls)
{%- endmacro %}
{% macro spark__next_known(value) -%}
first_value({{ value }}) ignore nulls
{%- endmacro %}
