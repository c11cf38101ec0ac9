{#- What hampers the work of each published team in each quarter: how many trackers it is spread
    over, how much of it hangs together across them, how long it waits. An item counts once. -#}

with

names as (

    select
        period_start,
        team_id,
        published_team_id
    from {{ ref('int_published_names') }}
    where period_type = 'quarter'

),

items as (

    select
        team_items.period_start,
        names.published_team_id,
        team_items.work_item_id,
        bool_or(team_items.is_linked) as is_linked
    from {{ ref('int_team_items') }} as team_items
    inner join names
        on team_items.period_start = names.period_start and team_items.team_id = names.team_id
    group by team_items.period_start, names.published_team_id, team_items.work_item_id

),

described as (

    select
        items.*,
        work_items.source,
        sources.tracker,
        across.work_item_id is not null as is_across,
        coalesce(waiting.days_in_progress, 0.0) as days_in_progress,
        coalesce(waiting.days_waiting, 0.0) as days_waiting
    from items
    inner join {{ ref('int_work_items_unioned') }} as work_items
        on items.work_item_id = work_items.work_item_id
    left join {{ source('home', 'sources') }} as sources on work_items.source = sources.source
    left join {{ ref('int_items_across_sources') }} as across
        on items.work_item_id = across.work_item_id
    left join {{ ref('int_items_waiting') }} as waiting
        on
            items.work_item_id = waiting.work_item_id
            and items.period_start = waiting.period_start

),

added_up as (

    select
        period_start,
        published_team_id,
        count(distinct tracker) as trackers_in_use,
        count(distinct source) as sources_in_use,
        count(case when is_linked then work_item_id end) as linked_items,
        count(case when is_linked and is_across then work_item_id end) as linked_items_across,
        {{ exact_sum('days_in_progress') }} as days_in_progress,
        {{ exact_sum('days_waiting') }} as days_waiting
    from described
    group by period_start, published_team_id

)

select * from added_up
