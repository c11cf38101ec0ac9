{#- Under every published name there are enough people with capacity in the period. The one
    exception: everybody together is fewer. -#}
{% test publishes_no_team_below_the_minimum_group(model, members) %}

with

settings as (

    select minimum_group from {{ source('home', 'settings') }}

),

published as (

    select
        int_team_folds.period_type,
        int_team_folds.period_start,
        int_team_folds.published_team_id,
        count(distinct int_team_members.person_id) as people
    from {{ model }} as int_team_folds
    inner join {{ members }} as int_team_members
        on
            int_team_folds.period_type = int_team_members.period_type
            and int_team_folds.period_start = int_team_members.period_start
            and int_team_folds.team_id = int_team_members.team_id
    group by
        int_team_folds.period_type, int_team_folds.period_start, int_team_folds.published_team_id

),

names as (

    select
        period_type,
        period_start,
        count(*) as published_names
    from published
    group by period_type, period_start

)

select
    published.period_type,
    published.period_start,
    published.published_team_id,
    published.people
from published
inner join names
    on published.period_type = names.period_type and published.period_start = names.period_start
cross join settings
where
    settings.minimum_group > 1
    and published.people < settings.minimum_group
    and (names.published_names > 1 or published.published_team_id <> '(small teams)')

{% endtest %}
