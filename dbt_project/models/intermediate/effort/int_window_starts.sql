{#- The first days of the windows that reach back from the end of the run: the last 28, 56 and 60
    days. -#}

with

run_day as (

    select as_of from {{ ref('stg_strategy__run_day') }}

),

windows as (
    {% for days in [28, 56, 60] %}
        select
            {{ days }} as window_days,
            {{ add_days('as_of', -days) }} as window_start
        from run_day
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select * from windows
