{#- The status category that a name says, or null: lower-cased, apostrophes gone, punctuation and
    emoji as blanks, tokens of digits dropped, and then only if the whole name is a known one. -#}
{% macro status_category_by_name(name) -%}
    case
        when {{ plain_status_name(name) }} in (
            'done', 'complete', 'completed', 'closed', 'shipped', 'released', 'live', 'finished',
            'resolved'
        ) then 'done'
        when {{ plain_status_name(name) }} in (
            'doing', 'in progress', 'wip', 'review', 'in review', 'testing', 'qa',
            'in development', 'working'
        ) then 'in_progress'
        when {{ plain_status_name(name) }} in (
            'cancelled', 'canceled', 'declined', 'duplicate', 'wont do', 'wont fix', 'abandoned',
            'rejected', 'obsolete', 'cannot reproduce'
        ) then 'dropped'
    end
{%- endmacro %}

{#- A name without anything but its words. A run of digit tokens is one match, because a blank
    cannot end one token and start the next. -#}
{% macro plain_status_name(name) -%}
{%- set without_apostrophes = replace_matches('lower(' ~ name ~ ')', "[\\x{27}\\x{2018}\\x{2019}\\x{2BC}\\x{FF07}]", '') -%}
{%- set words = replace_matches(without_apostrophes, '[^\\p{L}\\p{N}]+', ' ') -%}
trim({{ replace_matches(words, '(^| )(\\p{N}+ )*\\p{N}+( |$)', ' ') }})
{%- endmacro %}

{#- Whether a status says that nobody can go on with the work: one of these words stands in its name.
    A review is work of somebody. -#}
{% macro is_waiting_status(name) -%}
regexp_matches(
            ' ' || {{ plain_status_name(name) }} || ' ',
            ' (waiting|waits|wait|awaiting|pending|on hold|onhold|hold|paused|parked|stuck|blocked|blocker|impeded|impediment) '
        )
{%- endmacro %}
