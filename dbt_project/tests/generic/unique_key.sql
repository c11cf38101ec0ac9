{#- The columns together tell every row of the model from every other. Rows are first compared by
    one number made of their key, which costs half; only those that share one are compared fully. -#}
{% test unique_key(model, columns) %}
{{ config(tags=["key"]) }}

with

numbered as (

    select
        {{ columns | join(',\n        ') }},
        hash({{ columns | join(', ') }}) as key_number
    from {{ model }}

),

shared_numbers as (

    select key_number
    from numbered
    group by key_number
    having count(*) > 1

),

repeated as (

    select
        {{ columns | join(',\n        ') }},
        count(*) as times
    from numbered
    where key_number in (select shared_numbers.key_number from shared_numbers)
    group by {{ columns | join(', ') }}
    having count(*) > 1

)

select * from repeated

{% endtest %}
