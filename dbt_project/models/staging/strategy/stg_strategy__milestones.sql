{#- The milestones of the nodes that get delivered, in the order in which they are written. -#}

select
    node_id,
    position,
    title,
    due_on,
    done_on
from {{ source('home', 'milestones') }}
