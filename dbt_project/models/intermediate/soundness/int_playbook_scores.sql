{#- How far each node is written as a playbook would have it: a title that states what, a measure
    that can be missed, one person who answers. A title states what if it has three words beside
    identifiers. Several names in one owner are no owner: nobody of them answers for it. -#}

with

nodes as (

    select
        node_id,
        title,
        owner
    from {{ ref('stg_strategy__nodes') }}

),

complete_measures as (

    select distinct node_id
    from {{ ref('stg_strategy__measures') }}
    where
        trim(coalesce(unit, '')) <> ''
        and better is not null
        and baseline is not null
        and target is not null
        and due_on is not null

),

judged as (

    select
        nodes.node_id,
        {{ count_of_words("coalesce(nodes.title, '')") }} >= 3 as states_what,
        complete_measures.node_id is not null as has_complete_measure,
        {{ has_one_owner('nodes.owner') }} as has_one_owner
    from nodes
    left join complete_measures on nodes.node_id = complete_measures.node_id

),

scored as (

    select
        node_id,
        states_what,
        has_complete_measure,
        has_one_owner,
        cast(states_what as integer)
        + cast(has_complete_measure as integer)
        + cast(has_one_owner as integer) as playbook_score
    from judged

)

select * from scored
