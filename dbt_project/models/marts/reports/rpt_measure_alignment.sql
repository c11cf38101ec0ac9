{#- Two questions to each measure, kept apart: is it well made, and does it measure something that
    matters. -#}

with

run_day as (

    select {{ add_days('as_of', -1) }} as last_day from {{ ref('stg_strategy__run_day') }}

),

measures as (

    select
        *,
        trim(coalesce(unit, '')) <> '' as has_unit,
        better is not null as has_better,
        baseline is not null as has_baseline,
        target is not null as has_target,
        due_on is not null as has_due
    from {{ ref('stg_strategy__measures') }}

),

last_readings as (

    select
        measure_id,
        max(day) as last_observed_on
    from {{ ref('int_measure_values') }}
    group by measure_id

),

nodes as (

    select
        nodes.node_id,
        nodes.from_on,
        nodes.team_id,
        teams.direction as declared_direction,
        chains.is_complete,
        chains.has_every_reason,
        chains.chain_direction
    from {{ ref('stg_strategy__nodes') }} as nodes
    inner join {{ ref('int_node_chains') }} as chains on nodes.node_id = chains.node_id
    left join {{ source('home', 'teams') }} as teams on nodes.team_id = teams.team_id

),

judged as (

    select
        measures.*,
        nodes.from_on,
        coalesce(nodes.team_id, '(none)') as team_id,
        nodes.declared_direction,
        nodes.is_complete,
        nodes.has_every_reason,
        nodes.chain_direction,
        last_readings.last_observed_on,
        coalesce(
            {{ dbt.datediff('last_readings.last_observed_on', 'run_day.last_day', 'day') }}
            <= 1.5 * coalesce(measures.cadence_days, 30),
            false
        ) as is_fresh
    from measures
    cross join run_day
    inner join nodes on measures.node_id = nodes.node_id
    left join last_readings on measures.measure_id = last_readings.measure_id

),

counted as (

    select
        *,
        {%- for part in ['has_unit', 'has_better', 'has_baseline', 'has_target', 'has_due'] %}
            cast({{ part }} as bigint) +
        {%- endfor %} cast(is_fresh as bigint) as quality_parts
    from judged

),

measure_alignment as (

    select
        measure_id,
        node_id,
        team_id,
        title,
        kind,
        has_unit,
        has_better,
        has_baseline,
        has_target,
        has_due,
        is_fresh,
        last_observed_on,
        quality_parts,
        quality_parts / 6.0 as quality,
        has_every_reason as is_aligned,
        chain_direction,
        case chain_direction
            when 'strategy' then 'strategic or contributing result'
            when 'teams' then 'internal service or enabling result'
            when 'purpose' then 'mission or operational result'
            else '(none)'
        end as result_class,
        declared_direction,
        case
            when chain_direction <> '(none)' then chain_direction = declared_direction
        end as fits_direction,
        coalesce(kind = 'activity', false) or not is_complete as is_vanity,
        coalesce(start_on < from_on, false) as is_measure_first
    from counted

)

select * from measure_alignment
