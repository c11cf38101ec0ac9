{#- What the execution-alignment index is made of: the one or two shares of each component. -#}

select
    component,
    part,
    counted_in,
    numerator,
    denominator,
    share,
    n,
    reason
from {{ ref('int_index_parts') }}
