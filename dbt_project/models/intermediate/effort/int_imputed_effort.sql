{#- What items that reached done without any effort probably took: their estimate, else their points
    or their type at the median of the source's own done items with effort, whenever those were done.
    Beside capacity, never in it.
    `person_days` is null where nothing can be said. -#}

with

settings as (

    select hours_per_day from {{ source('home', 'settings') }}

),

done_items as (

    select * from {{ ref('int_done_items') }}

),

per_point as (

    select
        source,
        median(person_days / points) as person_days
    from done_items
    where person_days > 0 and points > 0
    group by source
    having count(*) >= 20

),

per_item as (

    select
        source,
        item_type,
        median(person_days) as person_days
    from done_items
    where person_days > 0
    group by source, item_type
    having count(*) >= 20

),

imputed as (

    select
        done_items.work_item_id,
        done_items.completed_at,
        done_items.completed_on,
        done_items.has_history,
        coalesce(
            done_items.estimate_hours / settings.hours_per_day,
            done_items.points * per_point.person_days,
            per_item.person_days
        ) as person_days
    from done_items
    cross join settings
    left join per_point on done_items.source = per_point.source
    left join per_item
        on
            done_items.source = per_item.source
            and done_items.item_type = per_item.item_type
    where done_items.is_completed_in_range and done_items.person_days is null

),

shares as (

    select
        imputed.work_item_id,
        int_person_assignments.person_id,
        1.0 / count(*) over (partition by imputed.work_item_id) as share
    from imputed
    inner join {{ ref('int_person_assignments') }} as int_person_assignments
        on
            imputed.work_item_id = int_person_assignments.work_item_id
            and imputed.completed_at >= int_person_assignments.from_at
            and imputed.completed_at < int_person_assignments.to_at
    where imputed.has_history
    group by imputed.work_item_id, int_person_assignments.person_id

),

imputed_effort as (

    select
        shares.person_id,
        coalesce(int_team_shares.team_id, '(unassigned)') as team_id,
        imputed.work_item_id,
        imputed.completed_on,
        {{ exact_sum(
            'imputed.person_days * coalesce(shares.share, 1.0)'
            ~ ' * coalesce(int_team_shares.team_share, 1.0)'
        ) }} as person_days
    from imputed
    left join shares on imputed.work_item_id = shares.work_item_id
    left join {{ ref('int_team_shares') }} as int_team_shares
        on
            shares.person_id = int_team_shares.person_id
            and imputed.completed_on = int_team_shares.day
    group by
        shares.person_id,
        coalesce(int_team_shares.team_id, '(unassigned)'),
        imputed.work_item_id,
        imputed.completed_on

)

select * from imputed_effort
