{#- Every piece of evidence that ties a work item to a strategy node, deciding or not. -#}

with

candidates as (

    select
        work_item_id,
        tier,
        node_id,
        identifier,
        weight,
        strength,
        decides,
        place,
        text,
        account_id,
        written_at
    from {{ ref('int_link_candidates') }}

),

accounts as (

    select
        account_id,
        person_id
    from {{ ref('int_accounts_to_persons') }}

),

person_keys as (

    select
        person_id,
        person_key
    from {{ source('home', 'person_keys') }}

),

authors as (

    select
        accounts.account_id,
        person_keys.person_key as author
    from accounts
    inner join person_keys on accounts.person_id = person_keys.person_id

),

evidence as (

    select
        candidates.work_item_id,
        candidates.tier,
        coalesce(candidates.node_id, '(none)') as node_id,
        coalesce(candidates.identifier, '(none)') as identifier,
        candidates.weight,
        candidates.strength,
        candidates.decides,
        coalesce(candidates.place, '(none)') as place,
        coalesce(candidates.text, '(none)') as text,
        authors.author,
        candidates.written_at
    from candidates
    left join authors on candidates.account_id = authors.account_id

)

select * from evidence
