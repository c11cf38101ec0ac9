{#- The six components of the index, each from its parts: the root of the product of two shares, or
    the one share. -#}

with

parts as (

    select
        component,
        share,
        n,
        reason
    from {{ ref('int_index_parts') }}

),

combined as (

    select
        component,
        case
            when count(share) < count(*) then null
            when count(*) = 1 then max(share)
            else sqrt(min(share) * max(share))
        end as score,
        min(n) as n,
        min(reason) as reason
    from parts
    group by component

),

with_basis as (

    select
        component,
        score,
        n,
        case when score is null then 'none' else 'data' end as basis,
        reason
    from combined

)

select * from with_basis
