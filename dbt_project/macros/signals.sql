{#- What a signal on one side of the centre line (1 above, -1 below, 0 none) means for a series of
    which higher or lower is better, or neither (null). -#}
{% macro signal_word(side, better) -%}
case
            when {{ side }} = 0 then 'no signal'
            when {{ better }} = 'higher' and {{ side }} > 0 then 'improving'
            when {{ better }} = 'lower' and {{ side }} < 0 then 'improving'
            when {{ better }} in ('higher', 'lower') then 'worsening'
            when {{ side }} > 0 then 'risen'
            else 'fallen'
        end
{%- endmacro %}
