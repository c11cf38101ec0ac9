{#- How many work items that serve each node, or one below it, were finished in each month. An item
    counts once for a node, however many ways lead there, in the month of its last completion. -#}

with

settings as (

    select
        time_zone,
        since,
        as_of
    from {{ source('home', 'settings') }}

),

completed as (

    select
        int_work_item_states.work_item_id,
        {{ local_day('int_work_item_states.completed_at', 'settings.time_zone') }} as completed_on
    from {{ ref('int_work_item_states') }} as int_work_item_states
    cross join settings
    where int_work_item_states.completed_at is not null

),

linked as (

    select
        completed.work_item_id,
        completed.completed_on,
        int_item_links.node_id
    from completed
    cross join settings
    inner join {{ ref('int_item_links') }} as int_item_links
        on completed.work_item_id = int_item_links.work_item_id
    where
        int_item_links.node_id is not null
        and completed.completed_on >= settings.since
        and completed.completed_on < settings.as_of

),

with_nodes_above as (

    select
        ancestors.ancestor_id as node_id,
        {{ period_start('month', 'linked.completed_on') }} as period_start,
        linked.work_item_id
    from linked
    inner join {{ ref('int_node_ancestors') }} as ancestors
        on
            linked.node_id = ancestors.node_id
            and linked.completed_on >= ancestors.period_from
            and linked.completed_on < ancestors.period_to

),

counted as (

    select
        node_id,
        period_start,
        count(distinct work_item_id) as items_finished
    from with_nodes_above
    group by node_id, period_start

)

select * from counted
