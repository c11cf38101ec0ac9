{#- Every list by its present name: as its newest copy tells it. Lists that only actions name (they
    were deleted, or stand on another board) are in it, as open ones. -#}

with

copies as (

    select
        source,
        record_id as list_id,
        list_name,
        board_id,
        is_closed,
        record_version,
        pulled_at,
        record_digest
    from {{ source('landed', 'trello_lists') }}
    union all
    select
        source,
        list_id,
        list_name,
        record_id as board_id,
        is_closed,
        record_version,
        pulled_at,
        record_digest
    from {{ source('landed', 'trello_board_lists') }}

),

landed as (

    select
        source,
        list_id,
        list_name,
        board_id,
        is_closed,
        {{ newest_copy('list_id') }} as age
    from copies

),

named_in_actions as (

    select
        source,
        list_id,
        max_by(list_name, acted_at) as list_name,
        max_by(board_id, acted_at) as board_id
    from {{ source('landed', 'trello_named_lists') }}
    group by source, list_id

),

lists as (

    select
        source,
        list_id,
        list_name,
        board_id,
        is_closed
    from landed
    where age = 1
    union all
    select
        named_in_actions.source,
        named_in_actions.list_id,
        named_in_actions.list_name,
        named_in_actions.board_id,
        false as is_closed
    from named_in_actions
    left join landed
        on
            named_in_actions.source = landed.source
            and named_in_actions.list_id = landed.list_id
            and landed.age = 1
    where landed.list_id is null

)

select * from lists
