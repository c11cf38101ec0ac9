{#- The custom fields that hold identifiers, in the order of the settings. -#}

select
    position,
    field_name
from {{ source('home', 'link_fields') }}
