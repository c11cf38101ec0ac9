{#- Who moved or completed a task at which instant: its own story, else that of the nearest task
    above it, whose sections it may count as being in. One row per task and instant. -#}

with

ancestors as (

    select * from {{ ref('base_asana__ancestors') }}

),

stories as (

    select
        work_item_id,
        account_id,
        field,
        acted_at,
        place
    from {{ ref('base_asana__stories') }}
    where field in ('section', 'projects', 'completed')

),

ranked as (

    select
        ancestors.work_item_id,
        stories.account_id,
        stories.field,
        stories.acted_at,
        row_number() over (
            partition by ancestors.work_item_id, stories.acted_at
            order by ancestors.depth asc, stories.place desc
        ) as nth
    from ancestors
    inner join stories on ancestors.ancestor_id = stories.work_item_id
    where ancestors.depth = 0 or stories.field <> 'completed'

),

authors as (

    select
        work_item_id,
        account_id,
        field,
        acted_at
    from ranked
    where nth = 1

)

select * from authors
