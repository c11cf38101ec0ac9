{#- For int_effort: per person and ISO week, manual + logged + status + finished + unobserved is the capacity, or
    what was written down where that is more. No effort is negative. -#}
{% test adds_up_in_every_week_of_a_person(model, capacity) %}

with

effort as (

    select
        person_id,
        {{ period_start('week', 'slice_start') }} as week,
        {{ exact_sum('person_days') }} as person_days,
        {{ exact_sum("case when basis in ('manual', 'logged') then person_days else 0 end") }}
            as written_down,
        min(person_days) as smallest
    from {{ model }}
    group by all

),

capacity as (

    select
        person_id,
        iso_week as week,
        {{ exact_sum('capacity') }} as capacity
    from {{ capacity }}
    group by all

)

select
    coalesce(effort.person_id, capacity.person_id) as person_id,
    coalesce(effort.week, capacity.week) as week,
    effort.person_days,
    effort.written_down,
    effort.smallest,
    capacity.capacity
from effort
full outer join capacity
    on effort.person_id = capacity.person_id and effort.week = capacity.week
where
    abs(
        coalesce(effort.person_days, 0)
        - greatest(coalesce(capacity.capacity, 0), coalesce(effort.written_down, 0))
    ) > 1e-6
    or effort.smallest < -1e-9

{% endtest %}
