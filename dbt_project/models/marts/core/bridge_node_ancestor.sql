{#- Which nodes each node feeds, when, and how much of it reaches them. -#}

with

ancestors as (

    select
        node_id,
        ancestor_id,
        period_from,
        period_to,
        weight,
        depth
    from {{ ref('int_node_ancestors') }}

),

inclusive as (

    -- Dates are published as users write them: both ends included, no end while it holds
    select
        node_id,
        ancestor_id,
        period_from as valid_from,
        {{ add_days('nullif(period_to, ' ~ last_day() ~ ')', -1) }} as valid_to,
        weight,
        cast(depth as integer) as depth
    from ancestors

)

select * from inclusive
