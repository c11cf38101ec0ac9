{#- Points and named estimate of each issue. Points are those of the field that the source names,
    else of Story Points, Story point estimate or Points: the first of these that has a value. -#}

with

field_values as (

    select
        work_item_id,
        source,
        field_id,
        {{ status_key('field_name') }} as field_key,
        number
    from {{ ref('base_jira__field_values') }}
    where {{ is_usable_amount('number') }}

),

roles as (

    select
        source,
        role,
        {{ status_key('field_name') }} as field_key
    from {{ source('home', 'field_roles') }}

),

named as (

    select
        field_values.work_item_id,
        roles.role,
        '0 ' || field_values.field_id as place,
        field_values.number
    from field_values
    inner join roles
        on
            field_values.source = roles.source
            and (
                field_values.field_key = roles.field_key
                or field_values.field_id = roles.field_key
            )
    union all
    select
        field_values.work_item_id,
        'points' as role,
        case field_values.field_key
            when 'story points' then '1 '
            when 'story point estimate' then '2 '
            else '3 '
        end || field_values.field_id as place,
        field_values.number
    from field_values
    left join roles on field_values.source = roles.source and roles.role = 'points'
    where
        roles.role is null
        and field_values.field_key in ('story points', 'story point estimate', 'points')

),

sizes as (

    select
        work_item_id,
        min_by(number, place) filter (where role = 'points') as points,
        min_by(number, place) filter (where role = 'estimate') as estimate_hours
    from named
    group by work_item_id

)

select * from sizes
