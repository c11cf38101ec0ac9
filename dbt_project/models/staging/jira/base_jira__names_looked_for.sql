{#- Every name by which a field is looked for: those in the settings, and those that fields with
    points have unless they are told otherwise. Without a source: of every source. -#}

select
    cast(null as varchar) as source,
    {{ status_key('field_name') }} as field_key
from {{ source('home', 'link_fields') }}
union
select
    source,
    {{ status_key('field_name') }} as field_key
from {{ source('home', 'field_roles') }}
union
select
    cast(null as varchar) as source,
    known.name as field_key
from (values ('story points'), ('story point estimate'), ('points')) as known (name)
