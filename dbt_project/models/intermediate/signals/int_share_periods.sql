{#- The part that each bucket, and the traced ones together, has of all effort in each month, with
    what it is made of. No share where effort is missing or less than half of capacity was seen. -#}

{%- set shares = [
    'traced', 'outcome', 'enabling', 'purpose', 'unanchored', 'retired', 'unknown_id', 'untraced'
] %}

with

run_day as (

    select as_of from {{ ref('stg_strategy__run_day') }}

),

months as (

    select
        period_start,
        {%- for share_name in shares %}
            {{ share_name }}_days,
        {%- endfor %}
        allocated_days,
        reason
    from {{ ref('int_traced_shares') }}
    where period_type = 'month' and team_id = '(all)'

),

by_share as (

    {%- for share_name in shares %}

        select
            '{{ share_name }}' as share_name,
            period_start,
            {{ share_name }}_days as part_days,
            allocated_days,
            case when reason is null then {{ share_name }}_days / allocated_days end as value,
            reason
        from months
        {{ 'union all' if not loop.last }}
    {%- endfor %}

),

judged as (

    select
        by_share.*,
        cast({{ dbt.dateadd('month', 1, 'by_share.period_start') }} as date) <= run_day.as_of
            as is_closed
    from by_share
    cross join run_day

)

select * from judged
