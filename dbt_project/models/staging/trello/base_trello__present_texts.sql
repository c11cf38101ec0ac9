{#- Every text on a card in which an identifier may stand: title, description, labels and custom
    fields. `written_field` and `written_value` tell which change put it there. -#}

with

cards as (

    select
        work_item_id,
        source,
        card_id,
        record_digest,
        title,
        description
    from {{ ref('base_trello__cards') }}

),

labels as (

    select
        source,
        record_id as label_id,
        label_name,
        {{ newest_copy() }} as age
    from {{ source('landed', 'trello_labels') }}

),

card_labels as (

    select
        cards.work_item_id,
        card_labels.label_id,
        -- the definition has the present name; exports before 2015 have it on the card only
        coalesce(labels.label_name, card_labels.label_name) as label_name
    from cards
    inner join {{ source('landed', 'trello_card_labels') }} as card_labels
        on
            cards.source = card_labels.source
            and cards.card_id = card_labels.record_id
            and cards.record_digest = card_labels.record_digest
    left join labels
        on
            card_labels.source = labels.source
            and card_labels.label_id = labels.label_id
            and labels.age = 1

),

card_fields as (

    select
        work_item_id,
        field_id,
        field_name,
        text
    from {{ ref('base_trello__card_fields') }}

),

texts as (

    select
        work_item_id,
        'title' as kind,
        null as field_id,
        null as field_name,
        title as text,
        'name' as written_field,
        '' as written_value
    from cards
    union all
    select
        work_item_id,
        'description' as kind,
        null as field_id,
        null as field_name,
        description as text,
        'desc' as written_field,
        '' as written_value
    from cards
    union all
    select
        work_item_id,
        'label' as kind,
        label_id as field_id,
        null as field_name,
        label_name as text,
        'idLabels' as written_field,
        coalesce(label_id, '') as written_value
    from card_labels
    union all
    select
        work_item_id,
        'field' as kind,
        field_id,
        field_name,
        text,
        'customField:' || field_id as written_field,
        '' as written_value
    from card_fields

),

present_texts as (

    select distinct * from texts
    where text <> ''

)

select * from present_texts
