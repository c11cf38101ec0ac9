{#- Every match of the pattern with the reason for which it is refused, if it is: part of a
    longer word, the key of a work item, or one letter before the hyphen outside square
    brackets in prose. -#}

with

texts as (

    select
        work_item_id,
        tier,
        text_position,
        place,
        account_id,
        written_at
    from {{ ref('int_identifier_texts') }}

),

matches as (

    -- A longest match may reach over what the engine takes for the next ones: those are no places
    select
        *,
        start_position >= coalesce(max(start_position + match_length) over (
            partition by work_item_id, tier, text_position
            order by start_position
            rows between unbounded preceding and 1 preceding
        ), 0) as is_a_place
    from {{ ref('int_identifier_matches') }}

),

item_keys as (

    select distinct upper(key) as item_key from {{ ref('int_keys_unioned') }}

),

judged as (

    select
        matches.work_item_id,
        matches.tier,
        matches.text_position,
        matches.start_position,
        matches.identifier,
        matches.as_written,
        texts.place,
        matches.line,
        matches.stated_weight,
        case
            when matches.is_part_of_a_word then 'part of a longer word'
            when item_keys.item_key is not null then 'key of a work item'
            when not coalesce(matches.is_in_brackets, true) then 'one letter outside brackets'
        end as refusal,
        texts.account_id,
        texts.written_at
    from matches
    inner join texts
        on
            matches.work_item_id = texts.work_item_id
            and matches.tier = texts.tier
            and matches.text_position = texts.text_position
    left join item_keys on matches.identifier = item_keys.item_key
    where matches.is_a_place

)

select * from judged
