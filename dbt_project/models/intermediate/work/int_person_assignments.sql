{#- Which person was assigned to which item from when to when, half-open and disjoint per item and
    person, whichever of the person's accounts it was. An open span
    ends with the calendar. -#}

with

persons as (

    select
        account_id,
        person_id
    from {{ ref('int_accounts_to_persons') }}
    where person_id is not null

),

spans as (

    select
        int_assignment_spans_unioned.work_item_id,
        persons.person_id,
        int_assignment_spans_unioned.from_at,
        coalesce(int_assignment_spans_unioned.to_at, timestamp '9999-12-31 00:00:00') as to_at
    from {{ ref('int_assignment_spans_unioned') }} as int_assignment_spans_unioned
    inner join persons on int_assignment_spans_unioned.account_id = persons.account_id

),

with_reach as (

    select
        work_item_id,
        person_id,
        from_at,
        to_at,
        max(to_at) over (
            partition by work_item_id, person_id
            order by from_at, to_at
            rows between unbounded preceding and 1 preceding
        ) as reached_at
    from spans
    where from_at < to_at

),

disjoint as (

    -- what an earlier span already covers is cut off
    select
        work_item_id,
        person_id,
        greatest(from_at, coalesce(reached_at, from_at)) as from_at,
        to_at
    from with_reach
    where reached_at is null or to_at > reached_at

)

select * from disjoint
