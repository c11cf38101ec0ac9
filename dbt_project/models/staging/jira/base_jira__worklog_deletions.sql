{#- When each work log was deleted that Jira says was. -#}

select
    source,
    worklog_id,
    max(deleted_at) as deleted_at
from {{ source('landed', 'jira_worklog_deletions') }}
group by source, worklog_id
