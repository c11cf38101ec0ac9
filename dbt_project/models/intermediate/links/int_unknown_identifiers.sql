{#- Every identifier that is no node, once, with the nearest node beside it. Compared are only
    nodes with the same letters before the hyphen, or the same rest behind it: a typing
    error leaves one of the two alone, and the cost stays far below all pairs. -#}

with

unknown as (

    select distinct
        identifier,
        split_part(identifier, '-', 1) as letters,
        substr(identifier, strpos(identifier, '-') + 1) as rest
    from {{ ref('int_links_weighted') }}
    where node_id is null

),

nodes as (

    select
        node_id,
        identifier,
        split_part(identifier, '-', 1) as letters,
        substr(identifier, strpos(identifier, '-') + 1) as rest
    from (
        select
            node_id,
            upper({{ plain_text('node_id') }}) as identifier
        from {{ ref('stg_strategy__nodes') }}
    ) as normalised

),

same_letters_or_rest as (

    select
        unknown.identifier,
        nodes.node_id,
        levenshtein(unknown.identifier, nodes.identifier) as distance
    from unknown
    inner join nodes on unknown.letters = nodes.letters
    union
    select
        unknown.identifier,
        nodes.node_id,
        levenshtein(unknown.identifier, nodes.identifier) as distance
    from unknown
    inner join nodes on unknown.rest = nodes.rest

),

ranked as (

    select
        identifier,
        node_id,
        row_number() over (partition by identifier order by distance, node_id) as nearness
    from same_letters_or_rest

),

nearest as (

    select
        unknown.identifier,
        ranked.node_id as suggested_node_id
    from unknown
    left join ranked on unknown.identifier = ranked.identifier and ranked.nearness = 1

)

select * from nearest
