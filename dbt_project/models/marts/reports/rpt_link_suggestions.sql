{#- Which strategy nodes have titles most like those of the largest untraced work items: words in
    both titles, divided by words in either. One word in common is chance, unless the node has no
    other. For people to read: a suggestion counts only once somebody has written the identifier. -#}

with

largest as (

    -- Enough to act on, and few enough that comparing titles stays cheap
    select
        work_item_id,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_untraced_items') }}
    group by work_item_id
    order by person_days desc, work_item_id asc
    limit 1000

),

item_words as (

    select
        largest.work_item_id,
        largest.person_days,
        dim_work_item.title,
        len({{ words('dim_work_item.title') }}) as words,
        {{ each_element(words('dim_work_item.title'), 'word', 'word_number') }}
    from largest
    inner join {{ ref('dim_work_item') }} as dim_work_item
        on largest.work_item_id = dim_work_item.work_item_id

),

node_words as (

    select
        node_id,
        title as node_title,
        len({{ words('title') }}) as words,
        {{ each_element(words('title'), 'word', 'word_number') }}
    from {{ ref('dim_strategy_node') }}
    where is_valid

),

compared as (

    select
        item_words.work_item_id,
        node_words.node_id,
        count(*) >= least(2, max(node_words.words)) as has_enough_in_common,
        count(*) / (max(item_words.words) + max(node_words.words) - count(*)) as similarity,
        max(item_words.title) as title,
        max(node_words.node_title) as node_title,
        max(item_words.person_days) as person_days
    from item_words
    inner join node_words on item_words.word = node_words.word
    group by item_words.work_item_id, node_words.node_id

),

ranked as (

    select
        work_item_id,
        node_id,
        similarity,
        title,
        node_title,
        person_days,
        row_number() over (
            partition by work_item_id
            order by similarity desc, node_id asc
        ) as suggestion_rank
    from compared
    where has_enough_in_common and similarity >= 0.2

),

best as (

    select
        work_item_id,
        node_id,
        similarity,
        title,
        node_title,
        person_days
    from ranked
    where suggestion_rank <= 3

)

select * from best
