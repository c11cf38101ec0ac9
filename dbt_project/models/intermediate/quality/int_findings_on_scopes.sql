{#- What of a source is behind: projects and boards that could not be read to their end, with the
    work items and the effort that rest on an older reading. -#}

with

scopes as (

    select
        source,
        scope,
        scope_name,
        state,
        reason,
        last_good_read_at,
        coalesce(items, 0) as items,
        coalesce(scope_name || ' (' || scope || ')', scope) as subject
    from {{ source('run', 'scopes') }}

),

places as (

    select
        main.work_item_id,
        containers.source,
        containers.native_id as scope
    from {{ ref('int_main_containers') }} as main
    inner join {{ ref('int_containers_unioned') }} as containers
        on main.container_id = containers.container_id
    where containers.kind in ('project', 'board')

),

effort as (

    select
        places.source,
        places.scope,
        {{ exact_sum('int_effort.person_days') }} as person_days
    from {{ ref('int_effort') }} as int_effort
    inner join places on int_effort.work_item_id = places.work_item_id
    group by places.source, places.scope

),

known as (

    select
        scopes.source,
        scopes.subject,
        scopes.state,
        scopes.items,
        coalesce(scopes.reason, 'No reason was given.') as reason,
        scopes.items || ' work items and '
        || coalesce(cast(cast(effort.person_days as decimal(18, 1)) as varchar), '0.0')
        || ' person-days ' as weight,
        coalesce(
            'were last read to the end on ' || left(cast(scopes.last_good_read_at as varchar), 16)
            || ' UTC',
            'were never read to the end'
        ) as since,
        scopes.last_good_read_at is null as is_unknown
    from scopes
    left join effort on scopes.source = effort.source and scopes.scope = effort.scope

),

findings as (

    select
        'scope_not_fresh' as check_name,
        source,
        subject,
        case when is_unknown then 'error' else 'warning' end as severity,
        items as records,
        weight || since || ': ' || reason as detail
    from known
    where state in ('partial', 'incomplete', 'access_lost', 'deferred')

    union all

    select
        'removals_held' as check_name,
        source,
        subject,
        'warning' as severity,
        items as records,
        reason as detail
    from known
    where state = 'held'

    union all

    select
        'scope_out_of_sight' as check_name,
        source,
        subject,
        'info' as severity,
        items as records,
        weight || since || ' and stay as they are: ' || reason as detail
    from known
    where state = 'absent'

),

findings_on_scopes as (

    select
        check_name,
        source,
        subject,
        severity,
        cast(records as bigint) as records,
        detail
    from findings

)

select * from findings_on_scopes
