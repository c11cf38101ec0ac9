{#- What a night has to remember of a relation: the rows that are not what was remembered last of
    their key, and the keys that are gone. -#}
{% macro changes_since_last_night(relation, remembered, key, values) -%}
with

now as (

    select
        {{ (key + values) | join(',\n        ') }}
    from {{ relation }}

),

last_changes as (

    select
        {{ (key + values) | join(',\n        ') }},
        is_gone,
        row_number() over (partition by {{ key | join(', ') }} order by as_of desc) as age
    from {{ remembered }}

),

known as (

    select
        {{ (key + values) | join(',\n        ') }}
    from last_changes
    where age = 1 and not is_gone

),

new_or_changed as (

    select * from now
    except
    select * from known

),

gone as (

    select {{ key | join(', ') }} from known
    except
    select {{ key | join(', ') }} from now

),

changes as (

    select
        {{ (key + values) | join(',\n        ') }},
        false as is_gone
    from new_or_changed
    union all
    select
        {{ key | join(',\n        ') }},
        {%- for value in values %}
            null as {{ value }},
        {%- endfor %}
        true as is_gone
    from gone

)

select
    changes.*,
    run_day.as_of
from changes
cross join {{ ref('stg_strategy__run_day') }} as run_day
{%- endmacro %}

{#- What was known of each key, and from which night on until before which. A key that is gone has
    no row for that time; what the last night knew has no end. -#}
{% macro known_over_time(remembered, key, values) -%}
select
    {{ (key + values) | join(',\n    ') }},
    known_from,
    known_until
from (
    select
        {{ (key + values) | join(',\n        ') }},
        is_gone,
        as_of as known_from,
        lead(as_of) over (partition by {{ key | join(', ') }} order by as_of) as known_until
    from {{ remembered }}
) as changes
where not is_gone
{%- endmacro %}
