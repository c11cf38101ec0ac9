{{ config(materialized='table') }}
{#- Which landed copies there are of each issue; the newest has age 1. -#}

select
    source,
    record_id as issue_id,
    record_digest,
    {{ newest_copy() }} as age,
    count(*) over (partition by source, record_id) as copies
from {{ source('landed', 'jira_issues') }}
