{#- In which sections, projects and portfolios each task was, from when to when. A sub-task without
    a section is in the sections of the task above it, but not in its projects. Which projects a
    portfolio has is known for the present only. -#}

with

tasks as (

    select
        work_item_id,
        source
    from {{ ref('base_asana__tasks') }}

),

section_spans as (

    select * from {{ ref('base_asana__section_spans') }}

),

project_spans as (

    select
        work_item_id,
        project_id,
        from_at,
        to_at
    from {{ ref('base_asana__own_sections') }}

),

portfolio_items as (

    select
        source,
        record_id as portfolio_id,
        record_digest,
        project_id
    from {{ source('landed', 'asana_portfolio_items') }}

),

portfolios as (

    select
        source,
        record_id as portfolio_id,
        record_digest,
        {{ newest_copy() }} as age
    from {{ source('landed', 'asana_portfolios') }}

),

spans as (

    select
        tasks.work_item_id,
        tasks.source || ':section:' || section_spans.section_id as container_id,
        section_spans.from_at,
        section_spans.to_at
    from section_spans
    inner join tasks on section_spans.work_item_id = tasks.work_item_id
    union all
    select
        tasks.work_item_id,
        tasks.source || ':project:' || project_spans.project_id as container_id,
        project_spans.from_at,
        project_spans.to_at
    from project_spans
    inner join tasks on project_spans.work_item_id = tasks.work_item_id
    where project_spans.project_id <> ''
    union all
    select
        tasks.work_item_id,
        tasks.source || ':portfolio:' || portfolio_items.portfolio_id as container_id,
        project_spans.from_at,
        project_spans.to_at
    from project_spans
    inner join tasks on project_spans.work_item_id = tasks.work_item_id
    inner join portfolio_items
        on
            tasks.source = portfolio_items.source
            and project_spans.project_id = portfolio_items.project_id
    inner join portfolios
        on
            portfolio_items.source = portfolios.source
            and portfolio_items.portfolio_id = portfolios.portfolio_id
            and portfolio_items.record_digest = portfolios.record_digest
            and portfolios.age = 1

),

item_containers as (

    -- told by several ways at once, a container still counts once
    select
        work_item_id,
        container_id,
        min(from_at) as from_at,
        to_at
    from spans
    group by work_item_id, container_id, to_at

)

select * from item_containers
