{#- The nodes of the strategy as the user wrote them. -#}

select
    node_id,
    kind,
    title,
    owner,
    team_id,
    status,
    priority,
    target_share,
    from_on,
    to_on,
    due_on,
    done_on
from {{ source('home', 'nodes') }}
