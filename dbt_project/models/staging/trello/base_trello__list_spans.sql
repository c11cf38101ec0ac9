{#- Whether each list was archived, from when to when. A list that was never archived nor brought
    back was always as it is; a span without a beginning has none that is known. -#}

with

lists as (

    select
        source,
        list_id,
        is_closed
    from {{ ref('base_trello__lists') }}

),

events as (

    select distinct
        source,
        list_id,
        record_id as action_id,
        source || ':' || creator_id as account_id,
        is_closed,
        acted_at
    from {{ source('landed', 'trello_list_events') }}

),

changes as (

    select
        source,
        list_id,
        action_id,
        account_id,
        is_closed,
        acted_at,
        row_number() over one_list as place,
        lead(acted_at) over one_list as next_at
    from events
    window one_list as (partition by source, list_id order by acted_at, action_id)

),

spans as (

    select
        lists.source,
        lists.list_id,
        null as action_id,
        null as account_id,
        case when changes.list_id is null then lists.is_closed else not changes.is_closed end
            as is_closed,
        cast(null as timestamp) as from_at,
        changes.acted_at as to_at
    from lists
    left join changes
        on
            lists.source = changes.source
            and lists.list_id = changes.list_id
            and changes.place = 1
    union all
    select
        source,
        list_id,
        action_id,
        account_id,
        is_closed,
        acted_at as from_at,
        next_at as to_at
    from changes

),

list_spans as (

    select * from spans
    where to_at is null or from_at is null or to_at > from_at

)

select * from list_spans
