{#- How identifiers are found in a text: the user's pattern, without look-around (RE2 has none).

    The engine's matches are leftmost-first; SPEC 5 wants the longest one at a place. So a match is
    first taken as the engine gives it and then extended by trying what follows it. -#}

{#- The user's pattern as a string literal, case-insensitive, with `before` and `after` around it. -#}
{% macro identifier_regex(before='', after='') -%}
'{{ before }}(?i:{{ var("identifier_pattern") | replace("'", "''") }}){{ after }}'
{%- endmacro %}

{#- A text with U+2010 to U+2013 as plain hyphens and without the two marks used below, same length. -#}
{% macro plain_text(text) -%}
replace(replace(replace(replace(replace(replace({{ text }},
    '{{ "\u2010" }}', '-'), '{{ "\u2011" }}', '-'), '{{ "\u2012" }}', '-'), '{{ "\u2013" }}', '-'),
    chr(1), ' '), chr(2), ' ')
{%- endmacro %}

{#- The text cut before every match; each piece but the first is a match, chr(2) and what follows. -#}
{% macro cut_at_identifiers(plain_text) %}{{ return(adapter.dispatch('cut_at_identifiers')(plain_text)) }}{% endmacro %}
{% macro default__cut_at_identifiers(plain_text) -%}
string_split(
    regexp_replace({{ plain_text }}, {{ identifier_regex() }}, chr(1) || '\0' || chr(2), 'g'), chr(1)
)
{%- endmacro %}
{% macro spark__cut_at_identifiers(plain_text) -%}
split(
    regexp_replace({{ plain_text }}, concat('(', {{ identifier_regex() }}, ')'), concat(chr(1), '$1', chr(2))),
    chr(1)
)
{%- endmacro %}

{#- What stands before a piece, counted from 0: the pieces before it without their marks. -#}
{% macro text_before_piece(pieces, piece_number) %}{{ return(adapter.dispatch('text_before_piece')(pieces, piece_number)) }}{% endmacro %}
{% macro default__text_before_piece(pieces, piece_number) -%}
replace(array_to_string(list_slice({{ pieces }}, 1, {{ piece_number }}), ''), chr(2), '')
{%- endmacro %}
{% macro spark__text_before_piece(pieces, piece_number) -%}
replace(array_join(slice({{ pieces }}, 1, {{ piece_number }}), ''), chr(2), '')
{%- endmacro %}

{#- How many more characters the longest match takes that starts with `matched`, 0 if none. At most
    32 are tried: an identifier is a short word. -#}
{% macro longest_extension(matched, following) %}{{ return(adapter.dispatch('longest_extension')(matched, following)) }}{% endmacro %}
{% macro default__longest_extension(matched, following) -%}
coalesce(list_max(list_filter(
    range(1, least(length({{ following }}), 32) + 1),
    lambda characters: regexp_full_match(
        {{ matched }} || left({{ following }}, characters), {{ identifier_regex() }}
    )
)), 0)
{%- endmacro %}
{% macro spark__longest_extension(matched, following) -%}
coalesce(array_max(filter(
    sequence(0, least(length({{ following }}), 32)),
    characters -> regexp_like(
        concat({{ matched }}, left({{ following }}, characters)), {{ identifier_regex('^', '$') }}
    )
)), 0)
{%- endmacro %}

{#- A letter, a digit or a hyphen at the end of what stands before, or at the start of what follows:
    the identifier is part of a longer word. `_` is a boundary. -#}
{% macro is_part_of_a_word(text_before, text_after) -%}
(
            regexp_matches({{ text_before }}, '[\p{L}\p{N}-]$')
            or regexp_matches({{ text_after }}, '^[\p{L}\p{N}-]')
        )
{%- endmacro %}

{#- One letter before the hyphen, as in D-7 or R-HR.1. -#}
{% macro has_one_letter(identifier) -%}
regexp_matches({{ identifier }}, '^\p{L}-')
{%- endmacro %}

{#- Between a `[` and the next `]` on one line, with no other bracket between. -#}
{% macro is_in_brackets(text_before, text_after) -%}
(
    regexp_matches({{ text_before }}, '\[[^\[\]\r\n]*$')
    and regexp_matches({{ text_after }}, '^[^\[\]\r\n]*\]')
)
{%- endmacro %}

{#- The weight written right behind an identifier (`:70`, `=70%`, `=12.5`), else null. -#}
{% macro stated_weight(text_after) -%}
try_cast(
    regexp_extract(
        {{ text_after }}, '^[:=](\d+(?:\.\d+)?)%?(?:[\s\p{Z},;|/()\[\]{}<>.]|$)', 1
    ) as double
)
{%- endmacro %}

{#- The line that a match stands on, as it was written, at most 250 characters on either side. -#}
{% macro line_around(text, start_position, match_length) -%}
regexp_extract(right(left({{ text }}, {{ start_position }} - 1), 250), '[^\r\n]*$')
        || substr({{ text }}, {{ start_position }}, {{ match_length }})
        || regexp_extract(substr({{ text }}, {{ start_position }} + ({{ match_length }}), 250), '^[^\r\n]*')
{%- endmacro %}

{#- How many words a text has beside identifiers; a word starts with a letter. -#}
{% macro count_of_words(text) %}{{ return(adapter.dispatch('count_of_words')(text)) }}{% endmacro %}
{% macro default__count_of_words(text) -%}
len(regexp_extract_all(
    regexp_replace({{ text }}, {{ identifier_regex() }}, ' ', 'g'), '\p{L}[\p{L}\p{N}]*'
))
{%- endmacro %}
{% macro spark__count_of_words(text) -%}
size(regexp_extract_all(
    regexp_replace({{ text }}, {{ identifier_regex() }}, ' '), '\\p{L}[\\p{L}\\p{N}]*', 0
))
{%- endmacro %}
