{#- What people should look at in identifiers, people and effort: unknown and refused identifiers,
    people in no team, bulk changes, work that nobody can size. -#}

with

work_items as (

    select
        work_item_id,
        source
    from {{ ref('int_work_item_states') }}

),

unknown_identifiers as (

    select
        'unknown_identifier' as check_name,
        work_items.source,
        candidates.identifier as subject,
        'warning' as severity,
        count(distinct candidates.work_item_id) as records,
        coalesce(
            'No such strategy node. The nearest is ' || max(candidates.suggested_node_id) || '.',
            'No such strategy node.'
        ) as detail
    from {{ ref('int_link_candidates') }} as candidates
    inner join work_items on candidates.work_item_id = work_items.work_item_id
    where candidates.node_id is null
    group by work_items.source, candidates.identifier

),

refused_identifiers as (

    select
        'refused_identifier' as check_name,
        work_items.source,
        refused.refusal as subject,
        'info' as severity,
        count(*) as records,
        'No evidence, for example ' || min(refused.as_written) || ' in the '
        || min_by(refused.place, refused.as_written) || '.' as detail
    from {{ ref('int_refused_identifiers') }} as refused
    inner join work_items on refused.work_item_id = work_items.work_item_id
    group by work_items.source, refused.refusal

),

people_in_no_team as (

    -- A count: whose names these are is for the trackers to tell
    select
        'people_in_no_team' as check_name,
        '(none)' as source,
        '(none)' as subject,
        'warning' as severity,
        count(*) as records,
        'Seen at work in a source but in no team: counted under (unassigned).' as detail
    from {{ ref('int_persons') }}
    where
        not is_in_team
        and person_id in (
            select int_team_members.person_id
            from {{ ref('int_team_members') }} as int_team_members
            where int_team_members.period_type = 'all'
        )
    having count(*) > 0

),

administrative_changes as (

    select
        'administrative_changes' as check_name,
        coalesce(accounts.source, '(none)') as source,
        changes.field as subject,
        'info' as severity,
        count(*) as records,
        'Made to 20 or more items within 10 minutes by one account: state, but no work.' as detail
    from {{ ref('int_administrative_changes') }} as changes
    left join {{ ref('int_accounts_unioned') }} as accounts
        on changes.account_id = accounts.account_id
    group by accounts.source, changes.field

),

items_without_size as (

    select
        'items_without_size' as check_name,
        work_items.source,
        '(none)' as subject,
        'info' as severity,
        count(distinct imputed.work_item_id) as records,
        'Completed without seen effort, estimate or enough like them: nothing is imputed.' as detail
    from {{ ref('int_imputed_effort') }} as imputed
    inner join work_items on imputed.work_item_id = work_items.work_item_id
    where imputed.person_days is null
    group by work_items.source

)

select * from unknown_identifiers
union all
select * from refused_identifiers
union all
select * from people_in_no_team
union all
select * from administrative_changes
union all
select * from items_without_size
