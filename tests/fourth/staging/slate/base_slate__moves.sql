{#- The moves of each note's newest copy. -#}

select
    notes.work_item_id,
    moves.old_value,
    moves.new_value,
    notes.source || ':' || moves.creator_id as account_id,
    moves.acted_at
from {{ ref('base_slate__notes') }} as notes
inner join {{ source('landed', 'slate_moves') }} as moves
    on
        notes.source = moves.source
        and notes.note_id = moves.record_id
        and notes.record_digest = moves.record_digest
