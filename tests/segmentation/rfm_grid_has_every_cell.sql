-- seeds/config/rfm_segments_grid.csv has a row for each pair of scores from 1 to 5, and no other.
with scores as (
    {% for score in range(1, 6) %}
    select {{ score }} as score
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

cells as (

    select
        r_scores.score as r_score,
        fm_scores.score as fm_score
    from scores as r_scores
    cross join scores as fm_scores

),

unmatched as (

    select
        coalesce(cells.r_score, grid.r_score) as r_score,
        coalesce(cells.fm_score, grid.fm_score) as fm_score,
        cells.r_score is null as is_surplus
    from cells
    full outer join {{ ref('rfm_segments_grid') }} as grid
        on
            cells.r_score = grid.r_score
            and cells.fm_score = grid.fm_score
    where
        cells.r_score is null
        or grid.r_score is null

)

select
    case
        when is_surplus
            then
                'seeds/config/rfm_segments_grid.csv has a row for r_score '
                || coalesce(cast(r_score as string), 'empty') || ' and fm_score '
                || coalesce(cast(fm_score as string), 'empty')
                || ', but scores go from 1 to 5; take it out'
        else
            'seeds/config/rfm_segments_grid.csv has no row for r_score '
            || cast(r_score as string) || ' and fm_score ' || cast(fm_score as string)
            || '; add one with the segment of these customers'
    end as finding
from unmatched
order by is_surplus asc, r_score asc, fm_score asc
