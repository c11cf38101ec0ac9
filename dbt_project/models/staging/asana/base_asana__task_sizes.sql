{#- Points and estimate of each task. A field that the source names for the estimate is in hours;
    Asana's own is in minutes and counts where the source names none. -#}

with

tasks as (

    select
        work_item_id,
        source,
        estimated_minutes / 60.0 as own_hours
    from {{ ref('base_asana__tasks') }}

),

task_fields as (

    select
        work_item_id,
        source,
        lower(trim(field_name)) as field_key,
        amount
    from {{ ref('base_asana__task_fields') }}
    where {{ is_usable_amount('amount') }}

),

roles as (

    select
        source,
        role,
        lower(trim(field_name)) as field_key
    from {{ source('home', 'field_roles') }}

),

named as (

    select
        task_fields.work_item_id,
        roles.role,
        1 as place,
        task_fields.amount
    from task_fields
    inner join roles
        on task_fields.source = roles.source and task_fields.field_key = roles.field_key
    union all
    select
        task_fields.work_item_id,
        'points' as role,
        case task_fields.field_key
            when 'story points' then 1
            when 'story point estimate' then 2
            else 3
        end as place,
        task_fields.amount
    from task_fields
    left join roles on task_fields.source = roles.source and roles.role = 'points'
    where
        roles.role is null
        and task_fields.field_key in ('story points', 'story point estimate', 'points')
    union all
    select
        tasks.work_item_id,
        'estimate' as role,
        1 as place,
        tasks.own_hours as amount
    from tasks
    left join roles on tasks.source = roles.source and roles.role = 'estimate'
    where roles.role is null and {{ is_usable_amount('tasks.own_hours') }}

),

task_sizes as (

    select
        work_item_id,
        min_by(amount, place) filter (where role = 'points') as points,
        min_by(amount, place) filter (where role = 'estimate') as estimate_hours
    from named
    group by work_item_id

)

select * from task_sizes
