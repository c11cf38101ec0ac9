{#- The state in which a note was written, and every state that it was moved to. -#}

with

notes as (

    select * from {{ ref('base_slate__notes') }}

),

moves as (

    select
        work_item_id,
        old_value,
        new_value,
        account_id,
        acted_at
    from {{ ref('base_slate__moves') }}

),

first_states as (

    select
        notes.work_item_id,
        coalesce(min_by(moves.old_value, moves.acted_at), max(notes.state)) as state,
        max(notes.source || ':' || notes.creator_id) as account_id,
        max(notes.created_at) as changed_at
    from notes
    left join moves on notes.work_item_id = moves.work_item_id
    group by notes.work_item_id

),

states as (

    select
        work_item_id,
        state,
        account_id,
        'created' as field,
        true as is_start,
        changed_at
    from first_states
    union all
    select
        work_item_id,
        new_value as state,
        account_id,
        'state' as field,
        false as is_start,
        acted_at as changed_at
    from moves

)

select
    work_item_id,
    state as status_name,
    coalesce({{ status_category_by_name('state') }}, 'todo') as status_category,
    account_id,
    field,
    is_start,
    false as is_unmapped,
    changed_at
from states
