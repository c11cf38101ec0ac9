{#- People under the key that the privacy setting gives them. Empty where people are hidden. -#}

with

settings as (

    select people from {{ source('home', 'settings') }}

),

person_keys as (

    select
        person_id,
        person_key
    from {{ source('home', 'person_keys') }}

),

persons as (

    select
        person_id,
        name,
        time_zone,
        is_declared,
        is_in_team
    from {{ ref('int_persons') }}

),

published as (

    -- A pseudonym keeps nothing that tells who it is: no name, no place
    select
        person_keys.person_key,
        case when settings.people = 'named' then persons.name end as name,
        case when settings.people = 'named' then persons.time_zone end as time_zone,
        persons.is_declared,
        persons.is_in_team
    from persons
    inner join person_keys on persons.person_id = person_keys.person_id
    inner join settings on settings.people <> 'hidden'

)

select * from published
