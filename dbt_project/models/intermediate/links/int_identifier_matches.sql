{#- Every place of a text at which the pattern matches: the longest match there, and what its
    surroundings say about it. Texts pass through once, row by row; what comes out is small. -#}

with

texts as (

    select
        work_item_id,
        tier,
        text_position,
        text,
        {{ plain_text('text') }} as plain_text
    from {{ ref('int_identifier_texts') }}

),

pieces as (

    select
        work_item_id,
        tier,
        text_position,
        text,
        plain_text,
        {{ cut_at_identifiers('plain_text') }} as pieces
    from texts

),

one_per_piece as (

    select
        work_item_id,
        tier,
        text_position,
        text,
        plain_text,
        pieces,
        {{ each_element('pieces', 'piece', 'piece_number') }}
    from pieces

),

located as (

    -- 32 characters behind a match are enough to lengthen it and to read its weight
    select
        work_item_id,
        tier,
        text_position,
        text,
        text_before,
        length(text_before) + 1 as start_position,
        first_match,
        substr(plain_text, length(text_before) + length(first_match) + 1) as text_after,
        substr(plain_text, length(text_before) + length(first_match) + 1, 32) as following
    from (
        select
            *,
            split_part(piece, chr(2), 1) as first_match,
            {{ text_before_piece('pieces', 'piece_number') }} as text_before
        from one_per_piece
        where piece_number > 0
    ) as split_pieces
    where first_match <> ''

),

longest as (

    select
        *,
        {{ longest_extension('first_match', 'following') }} as extension
    from located

),

in_context as (

    -- Brackets matter to few identifiers, and looking for them means reading the whole text
    select
        work_item_id,
        tier,
        text_position,
        start_position,
        length(first_match) + extension as match_length,
        substr(text, start_position, length(first_match) + extension) as as_written,
        upper(first_match || left(following, extension)) as identifier,
        {{ stated_weight('substr(text_after, extension + 1, 32)') }} as stated_weight,
        {{ is_part_of_a_word('right(text_before, 1)', 'substr(text_after, extension + 1, 1)') }}
            as is_part_of_a_word,
        case
            when
                tier in (3, 6)
                and {{ has_one_letter('first_match || left(following, extension)') }}
                then {{ is_in_brackets('text_before', 'substr(text_after, extension + 1)') }}
        end as is_in_brackets,
        {{ line_around('text', 'start_position', 'length(first_match) + extension') }} as line
    from longest

)

select * from in_context
