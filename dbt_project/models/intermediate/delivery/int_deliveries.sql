{#- What became of each initiative and deliverable: when it was done (by itself, or with the
    last of its milestones where all are done), how many milestones were reached, whether a
    decision dropped it. -#}

with

run_day as (

    select as_of from {{ ref('stg_strategy__run_day') }}

),

outputs as (

    select
        nodes.node_id,
        nodes.title,
        coalesce(nodes.team_id, '(none)') as team_id,
        nodes.due_on,
        case when nodes.done_on < run_day.as_of then nodes.done_on end as done_on,
        today.is_active
    from {{ ref('stg_strategy__nodes') }} as nodes
    inner join {{ ref('int_nodes_today') }} as today on nodes.node_id = today.node_id
    cross join run_day
    where nodes.kind in ('initiative', 'deliverable') and today.status <> 'proposed'

),

milestones as (

    select
        milestones.node_id,
        count(*) as milestones,
        count(case when milestones.done_on < run_day.as_of then milestones.position end)
            as milestones_reached,
        max_by(milestones.done_on, milestones.position) as last_done_on
    from {{ ref('stg_strategy__milestones') }} as milestones
    cross join run_day
    group by milestones.node_id

),

stops as (

    select
        decisions.node_id,
        min(decisions.day) as stopped_on
    from {{ ref('stg_strategy__decisions') }} as decisions
    inner join run_day on decisions.day < run_day.as_of
    where decisions.action = 'stops'
    group by decisions.node_id

),

dated as (

    select
        outputs.node_id,
        outputs.title,
        outputs.team_id,
        outputs.due_on,
        outputs.is_active,
        coalesce(milestones.milestones, 0) as milestones,
        coalesce(milestones.milestones_reached, 0) as milestones_reached,
        stops.stopped_on,
        coalesce(
            outputs.done_on,
            case
                when milestones.milestones_reached = milestones.milestones
                    then milestones.last_done_on
            end
        ) as completed_on
    from outputs
    left join milestones on outputs.node_id = milestones.node_id
    left join stops on outputs.node_id = stops.node_id

),

judged as (

    select
        dated.*,
        dated.due_on < run_day.as_of as is_due,
        case
            when dated.completed_on <= dated.due_on then 'on time'
            when dated.completed_on > dated.due_on then 'late'
            when dated.completed_on is not null then 'done, never due'
            when dated.stopped_on is not null then 'dropped by decision'
            when dated.due_on < run_day.as_of then 'overdue'
            else 'open'
        end as state
    from dated
    cross join run_day

)

select * from judged
