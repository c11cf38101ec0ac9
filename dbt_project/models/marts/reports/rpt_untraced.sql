{#- Where untraced effort sits: by source, container, type and team, with the largest item of each
    and the strategy node whose title is most like that item's. -#}

with

untraced as (

    select
        coalesce(dim_work_item.source, '(none)') as source,
        coalesce(dim_work_item.container, '(none)') as container,
        coalesce(dim_work_item.item_type, '(none)') as item_type,
        int_untraced_items.team_id,
        int_untraced_items.work_item_id,
        dim_work_item.title,
        int_untraced_items.person_days
    from {{ ref('int_untraced_items') }} as int_untraced_items
    left join {{ ref('dim_work_item') }} as dim_work_item
        on int_untraced_items.work_item_id = dim_work_item.work_item_id

),

by_size as (

    select
        source,
        container,
        item_type,
        team_id,
        work_item_id,
        title,
        person_days,
        row_number() over (
            partition by source, container, item_type, team_id
            order by person_days desc, work_item_id asc
        ) as size_rank
    from untraced

),

places as (

    select
        source,
        container,
        item_type,
        team_id,
        {{ exact_sum('person_days') }} as person_days,
        count(*) as items,
        max(case when size_rank = 1 then work_item_id end) as largest_work_item_id,
        max(case when size_rank = 1 then title end) as largest_title,
        max(case when size_rank = 1 then person_days end) as largest_person_days
    from by_size
    group by source, container, item_type, team_id

),

total as (

    select {{ exact_sum('person_days') }} as untraced_days from untraced

),

suggestions as (

    select
        work_item_id,
        node_id,
        node_title,
        similarity,
        row_number() over (
            partition by work_item_id
            order by similarity desc, node_id asc
        ) as suggestion_rank
    from {{ ref('rpt_link_suggestions') }}

),

places_with_suggestion as (

    select
        places.source,
        places.container,
        places.item_type,
        places.team_id,
        places.person_days,
        places.items,
        places.person_days / nullif(total.untraced_days, 0) as share,
        total.untraced_days,
        places.largest_work_item_id,
        places.largest_title,
        places.largest_person_days,
        suggestions.node_id as suggested_node_id,
        suggestions.node_title as suggested_title,
        suggestions.similarity
    from places
    cross join total
    left join suggestions
        on
            places.largest_work_item_id = suggestions.work_item_id
            and suggestions.suggestion_rank = 1

)

select * from places_with_suggestion
