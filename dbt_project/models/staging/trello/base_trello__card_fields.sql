{#- The values of custom fields on each card, as text, with the field's present name. -#}

with

cards as (

    select
        work_item_id,
        source,
        card_id,
        record_digest
    from {{ ref('base_trello__cards') }}

),

fields as (

    select
        source,
        record_id as field_id,
        record_digest,
        field_name,
        {{ newest_copy() }} as age
    from {{ source('landed', 'trello_custom_fields') }}

),

options as (

    select
        field_options.source,
        field_options.record_id as field_id,
        field_options.option_id,
        field_options.text
    from {{ source('landed', 'trello_field_options') }} as field_options
    inner join fields
        on
            field_options.source = fields.source
            and field_options.record_id = fields.field_id
            and field_options.record_digest = fields.record_digest
            and fields.age = 1

),

card_values as (

    select
        cards.work_item_id,
        cards.source,
        card_fields.field_id,
        coalesce(fields.field_name, card_fields.field_id) as field_name,
        coalesce(options.text, card_fields.text) as text
    from cards
    inner join {{ source('landed', 'trello_card_fields') }} as card_fields
        on
            cards.source = card_fields.source
            and cards.card_id = card_fields.record_id
            and cards.record_digest = card_fields.record_digest
    left join fields
        on
            card_fields.source = fields.source
            and card_fields.field_id = fields.field_id
            and fields.age = 1
    left join options
        on
            card_fields.source = options.source
            and card_fields.field_id = options.field_id
            and card_fields.option_id = options.option_id

),

card_fields as (

    select * from card_values
    where text is not null

)

select * from card_fields
