{#- The texts of tiers 1, 2, 3 and 6 in which something looks like an identifier. Most texts have
    nothing of the kind, so this comes first and everything after it is small. -#}

with

link_fields as (

    select
        lower(trim(field_name)) as name_or_id,
        min(position) as position
    from {{ ref('stg_strategy__link_fields') }}
    group by lower(trim(field_name))

),

candidate_texts as (

    select
        work_item_id,
        kind,
        field_id,
        field_name,
        text,
        account_id,
        written_at
    from {{ ref('int_item_texts_unioned') }}
    where
        kind in ('field', 'goal', 'label', 'title', 'description')
        and regexp_matches({{ plain_text('text') }}, {{ identifier_regex() }})

),

with_their_tier as (

    -- A field may be configured by its name or by its id
    select
        candidate_texts.work_item_id,
        case candidate_texts.kind
            when 'label' then 2
            when 'title' then 3
            when 'description' then 6
            else 1
        end as tier,
        case candidate_texts.kind
            when 'field'
                then 'field ' || coalesce(candidate_texts.field_name, candidate_texts.field_id)
            else candidate_texts.kind
        end as place,
        least(named.position, identified.position) as field_position,
        candidate_texts.text,
        candidate_texts.account_id,
        candidate_texts.written_at
    from candidate_texts
    left join link_fields as named on lower(trim(candidate_texts.field_name)) = named.name_or_id
    left join link_fields as identified on lower(candidate_texts.field_id) = identified.name_or_id
    where
        candidate_texts.kind <> 'field'
        or named.position is not null
        or identified.position is not null

),

in_order as (

    -- Fields in the order of the settings, the tracker's goals behind them, then by what they say
    select
        work_item_id,
        tier,
        row_number() over (
            partition by work_item_id, tier
            order by
                field_position asc nulls last,
                place asc,
                text asc,
                written_at asc,
                account_id asc
        ) as text_position,
        place,
        text,
        account_id,
        written_at
    from with_their_tier

)

select * from in_order
