{#- Points and estimate of each card, from the custom fields that the source names for them. Trello
    has no estimate of its own; a named one is in hours. -#}

with

card_fields as (

    select
        work_item_id,
        source,
        lower(trim(field_name)) as field_key,
        try_cast(text as double) as amount
    from {{ ref('base_trello__card_fields') }}

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
        card_fields.work_item_id,
        roles.role,
        1 as place,
        card_fields.amount
    from card_fields
    inner join roles
        on card_fields.source = roles.source and card_fields.field_key = roles.field_key
    union all
    select
        card_fields.work_item_id,
        'points' as role,
        case card_fields.field_key
            when 'story points' then 1
            when 'story point estimate' then 2
            else 3
        end as place,
        card_fields.amount
    from card_fields
    left join roles on card_fields.source = roles.source and roles.role = 'points'
    where
        roles.role is null
        and card_fields.field_key in ('story points', 'story point estimate', 'points')

),

card_sizes as (

    select
        work_item_id,
        min_by(amount, place) filter (where role = 'points') as points,
        min_by(amount, place) filter (where role = 'estimate') as estimate_hours
    from named
    where {{ is_usable_amount('amount') }}
    group by work_item_id

)

select * from card_sizes
