{#- Who was a member of which card, from when to when. Backwards from the present: a member whose
    first action is a removal was one from the start, and so was one without any action. A
    deleted card's spans end where it was deleted. -#}

with

histories as (

    select
        work_item_id,
        start_at,
        deleted_at
    from {{ ref('base_trello__histories') }}
    where has_history

),

members as (

    select
        cards.work_item_id,
        cards.source || ':' || card_members.member_id as account_id
    from {{ ref('base_trello__cards') }} as cards
    inner join {{ source('landed', 'trello_card_members') }} as card_members
        on
            cards.source = card_members.source
            and cards.card_id = card_members.record_id
            and cards.record_digest = card_members.record_digest

),

changes as (

    select
        work_item_id,
        source || ':' || coalesce(new_value, old_value) as account_id,
        new_value is not null as is_member,
        acted_at,
        row_number() over one_member as place,
        lead(acted_at) over one_member as next_at
    from {{ ref('base_trello__card_events') }}
    where kind = 'changed' and field = 'idMembers' and coalesce(new_value, old_value) is not null
    window one_member as (
        partition by work_item_id, coalesce(new_value, old_value)
        order by acted_at, action_id
    )

),

spans as (

    select
        work_item_id,
        account_id,
        acted_at as from_at,
        next_at as to_at
    from changes
    where is_member
    union all
    select
        work_item_id,
        account_id,
        cast(null as timestamp) as from_at,
        acted_at as to_at
    from changes
    where place = 1 and not is_member
    union all
    select
        members.work_item_id,
        members.account_id,
        cast(null as timestamp) as from_at,
        cast(null as timestamp) as to_at
    from members
    left join changes
        on
            members.work_item_id = changes.work_item_id
            and members.account_id = changes.account_id
            and changes.place = 1
    where changes.work_item_id is null

),

known as (

    select
        spans.work_item_id,
        spans.account_id,
        greatest(coalesce(spans.from_at, histories.start_at), histories.start_at) as from_at,
        case
            when spans.to_at is null or spans.to_at > histories.deleted_at
                then coalesce(histories.deleted_at, spans.to_at)
            else spans.to_at
        end as to_at
    from spans
    inner join histories on spans.work_item_id = histories.work_item_id

),

assignment_spans as (

    select * from known
    where to_at is null or to_at > from_at

)

select * from assignment_spans
