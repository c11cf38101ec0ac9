{#- Results that repeat a result above them in small: their titles share three words in five,
    or they are measured by the same thing, and nobody gave the reasons why the one leads to
    the other. -#}

with

results as (

    select
        nodes.node_id,
        nodes.title,
        chains.has_every_reason
    from {{ ref('int_nodes_today') }} as nodes
    inner join {{ ref('int_node_chains') }} as chains on nodes.node_id = chains.node_id
    where nodes.is_valid and nodes.is_result

),

pairs as (

    select
        lower_results.node_id,
        upper_results.node_id as upper_node_id,
        lower_results.title,
        upper_results.title as upper_title
    from {{ ref('int_node_closure') }} as closure
    inner join results as lower_results on closure.node_id = lower_results.node_id
    inner join results as upper_results on closure.ancestor_id = upper_results.node_id
    where not lower_results.has_every_reason

),

words as (

    select
        node_id,
        len({{ words('title') }}) as words,
        {{ each_element(words('title'), 'word', 'word_number') }}
    from results

),

alike as (

    select
        pairs.node_id,
        pairs.upper_node_id,
        count(*) / (max(lower_words.words) + max(upper_words.words) - count(*)) as similarity
    from pairs
    inner join words as lower_words on pairs.node_id = lower_words.node_id
    inner join words as upper_words
        on pairs.upper_node_id = upper_words.node_id and lower_words.word = upper_words.word
    group by pairs.node_id, pairs.upper_node_id

),

same_measure as (

    select distinct
        pairs.node_id,
        pairs.upper_node_id
    from pairs
    inner join {{ ref('stg_strategy__measures') }} as lower_measures
        on pairs.node_id = lower_measures.node_id
    inner join {{ ref('stg_strategy__measures') }} as upper_measures
        on
            pairs.upper_node_id = upper_measures.node_id
            and lower(trim(lower_measures.title)) = lower(trim(upper_measures.title))

),

mini_me_goals as (

    select
        pairs.node_id,
        pairs.upper_node_id,
        pairs.title,
        pairs.upper_title,
        coalesce(alike.similarity, 0.0) as similarity,
        same_measure.node_id is not null as has_same_measure
    from pairs
    left join alike on pairs.node_id = alike.node_id and pairs.upper_node_id = alike.upper_node_id
    left join same_measure
        on pairs.node_id = same_measure.node_id and pairs.upper_node_id = same_measure.upper_node_id
    where alike.similarity >= 0.6 - 1e-9 or same_measure.node_id is not null

)

select * from mini_me_goals
