{#- On a day without active items, the rest goes in equal parts to the items that went to done that
    day, that the person was assigned to at that instant, and that nobody had in progress since
    they were created or last reopened. Bulk closing counts for nothing. -#}

with

completions as (

    select
        work_item_id,
        completed_at
    from {{ ref('int_completions') }}
    where not is_administrative and not was_in_progress

),

persons as (

    select
        person_id,
        time_zone
    from {{ ref('int_persons') }}

),

finished as (

    select distinct
        persons.person_id,
        completions.work_item_id,
        {{ local_day('completions.completed_at', 'persons.time_zone') }} as day
    from completions
    inner join {{ ref('int_person_assignments') }} as int_person_assignments
        on
            completions.work_item_id = int_person_assignments.work_item_id
            and completions.completed_at >= int_person_assignments.from_at
            and completions.completed_at < int_person_assignments.to_at
    inner join persons on int_person_assignments.person_id = persons.person_id

),

free_days as (

    select
        person_id,
        day,
        rest_days
    from {{ ref('int_day_units') }}
    where active_items = 0 and rest_days > 0

),

taken_over as (

    select distinct
        finished.person_id,
        int_item_ancestors.ancestor_id as work_item_id,
        finished.day
    from finished
    inner join {{ ref('int_item_ancestors') }} as int_item_ancestors
        on finished.work_item_id = int_item_ancestors.work_item_id

),

finished_effort_days as (

    select
        finished.person_id,
        finished.work_item_id,
        finished.day,
        free_days.rest_days
        / count(*) over (partition by finished.person_id, finished.day) as person_days
    from finished
    inner join free_days
        on finished.person_id = free_days.person_id and finished.day = free_days.day
    left join taken_over
        on
            finished.person_id = taken_over.person_id
            and finished.work_item_id = taken_over.work_item_id
            and finished.day = taken_over.day
    where taken_over.work_item_id is null

)

select * from finished_effort_days
