{#- Strategy nodes as of the last day in range: what each is, when it holds, where it leads. -#}

with

settings as (

    select
        people,
        {{ add_days('as_of', -1) }} as last_day
    from {{ source('home', 'settings') }}

),

nodes as (

    -- Owners are people: they are shown as people are
    select
        nodes.*,
        case
            when settings.people = 'named' then nodes.owner
            when settings.people = 'pseudonym' then person_keys.person_key
        end as shown_owner
    from {{ source('home', 'nodes') }} as nodes
    cross join settings
    left join {{ source('home', 'person_keys') }} as person_keys
        on
            case when nodes.owner like '%@%' then lower(nodes.owner) else nodes.owner end
            = person_keys.person_id

),

validity as (

    select
        int_node_validity.node_id,
        nullif(int_node_validity.period_from, {{ first_day() }}) as valid_from,
        {{ add_days('nullif(int_node_validity.period_to, ' ~ last_day() ~ ')', -1) }} as valid_to,
        int_node_validity.anchor_direction is not null as is_anchor,
        coalesce(
            settings.last_day >= int_node_validity.period_from
            and settings.last_day < int_node_validity.period_to,
            false
        ) as is_valid
    from {{ ref('int_node_validity') }} as int_node_validity
    cross join settings

),

directions as (

    -- Of several directions the one that most of the node's effort counts for
    select
        allocations.node_id,
        min_by(allocations.direction, (-allocations.weight, allocations.direction)) as direction
    from {{ ref('int_node_allocations') }} as allocations
    inner join settings
        on
            settings.last_day >= allocations.period_from
            and settings.last_day < allocations.period_to
    group by allocations.node_id

),

described as (

    select
        nodes.node_id,
        nodes.kind,
        nodes.title,
        nodes.shown_owner as owner,
        coalesce(nodes.team_id, '(none)') as team_id,
        nodes.status,
        cast(nodes.priority as integer) as priority,
        nodes.target_share,
        nodes.due_on,
        nodes.done_on,
        validity.valid_from,
        validity.valid_to,
        validity.is_valid,
        validity.is_anchor,
        directions.direction <> '(none)' as is_anchored,
        directions.direction,
        grades.grade as chain_grade
    from nodes
    inner join validity on nodes.node_id = validity.node_id
    left join directions on nodes.node_id = directions.node_id
    left join {{ ref('int_node_grades') }} as grades on nodes.node_id = grades.node_id

),

described_and_none as (

    select * from described

    union all

    select
        '(none)' as node_id,
        '(none)' as kind,
        'No strategy node' as title,
        cast(null as varchar) as owner,
        '(none)' as team_id,
        '(none)' as status,
        cast(null as integer) as priority,
        cast(null as double) as target_share,
        cast(null as date) as due_on,
        cast(null as date) as done_on,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to,
        false as is_valid,
        false as is_anchor,
        false as is_anchored,
        '(none)' as direction,
        cast(null as varchar) as chain_grade

)

select * from described_and_none
