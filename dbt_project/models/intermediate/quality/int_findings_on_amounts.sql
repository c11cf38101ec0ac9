{#- What of the amounts on work items is not known for certain: time that the tracker tells of and
    that no time log has, sizes that stand in several fields of one name. -#}

with

as_told as (

    select
        source,
        unread_log_seconds,
        is_size_ambiguous
    from {{ ref('int_work_items_unioned') }}
    where deleted_at is null and not is_not_visible

),

findings as (

    -- Time is logged in whole minutes; what differs by less is rounding
    select
        'logged_time_differs' as check_name,
        source,
        '(none)' as subject,
        'warning' as severity,
        count(*) as records,
        'By the tracker''s own totals '
        || round(sum(greatest(unread_log_seconds, 0)) / 3600.0, 1) || ' hours of them were logged '
        || 'that no time log tells of, and '
        || round(sum(greatest(-unread_log_seconds, 0)) / 3600.0, 1) || ' the other way round. '
        || 'Logs may be hidden from the account, or cut off in an export.' as detail
    from as_told
    where abs(unread_log_seconds) >= 60
    group by source

    union all

    select
        'size_ambiguous' as check_name,
        source,
        '(none)' as subject,
        'warning' as severity,
        count(*) as records,
        'Several fields of one name hold their size, so none counts. Write the id of the right one '
        || 'under fields of the source.' as detail
    from as_told
    where is_size_ambiguous
    group by source

),

findings_on_amounts as (

    select
        check_name,
        source,
        subject,
        severity,
        records,
        detail
    from findings

)

select * from findings_on_amounts
