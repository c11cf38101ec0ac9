{#- Points and named estimate of each issue. Points are those of the field that the source names,
    else of Story Points, Story point estimate or Points: the first of these that has a value.
    Where several fields of that name hold values in one project, none is taken: the source has to
    name the id of the one that is meant. -#}

with

field_values as (

    select
        field_values.work_item_id,
        field_values.source,
        issues.project_id,
        field_values.field_id,
        {{ status_key('field_values.field_name') }} as field_key,
        field_values.number
    from {{ ref('base_jira__field_values') }} as field_values
    inner join {{ ref('base_jira__issues') }} as issues
        on field_values.work_item_id = issues.work_item_id
    where {{ is_usable_amount('field_values.number') }}

),

roles as (

    select
        source,
        role,
        {{ status_key('field_name') }} as field_key
    from {{ source('home', 'field_roles') }}

),

candidates as (

    select
        field_values.*,
        roles.role,
        case when field_values.field_id = roles.field_key then 0 else 1 end as rank
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
        field_values.*,
        'points' as role,
        case field_values.field_key
            when 'story points' then 1
            when 'story point estimate' then 2
            else 3
        end as rank
    from field_values
    left join roles on field_values.source = roles.source and roles.role = 'points'
    where
        roles.role is null
        and field_values.field_key in ('story points', 'story point estimate', 'points')

),

namesakes as (

    select
        source,
        project_id,
        role,
        rank
    from candidates
    group by source, project_id, role, rank
    having count(distinct field_id) > 1

),

first_of_each as (

    select
        candidates.work_item_id,
        candidates.role,
        candidates.number,
        namesakes.role is not null as is_ambiguous
    from candidates
    left join namesakes
        on
            candidates.source = namesakes.source
            and candidates.project_id is not distinct from namesakes.project_id
            and candidates.role = namesakes.role
            and candidates.rank = namesakes.rank
    qualify
        row_number() over (
            partition by candidates.work_item_id, candidates.role
            order by candidates.rank, candidates.field_id
        ) = 1

),

sizes as (

    select
        work_item_id,
        max(number) filter (where role = 'points' and not is_ambiguous) as points,
        max(number) filter (where role = 'estimate' and not is_ambiguous) as estimate_hours,
        bool_or(is_ambiguous) as is_ambiguous
    from first_of_each
    group by work_item_id

)

select * from sizes
