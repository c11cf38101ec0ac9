{#- Which project and which sprints each issue is in, past sprints included; Jira's records do not
    tell since when. -#}

select
    work_item_id,
    source || ':project:' || project_id as container_id,
    cast(null as timestamp) as from_at,
    cast(null as timestamp) as to_at
from {{ ref('base_jira__issues') }}
where project_id is not null
union all
select
    work_item_id,
    source || ':sprint:' || sprint_id as container_id,
    cast(null as timestamp) as from_at,
    cast(null as timestamp) as to_at
from {{ ref('base_jira__item_sprints') }}
