{#- Which identifiers decide for each work item, as parts of 1, whether a node has them or not: an
    identifier that becomes one of a node tomorrow is then the same link to a changed strategy. -#}

with

deciding as (

    select
        work_item_id,
        coalesce(upper({{ plain_text('node_id') }}), identifier) as identifier,
        weight
    from {{ ref('int_link_candidates') }}
    where decides

),

per_identifier as (

    -- The last digits of a sum must not look like a change
    select
        work_item_id,
        identifier,
        round(sum(weight), 9) as weight
    from deciding
    group by work_item_id, identifier

)

select * from per_identifier
