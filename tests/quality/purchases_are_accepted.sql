-- Purchases and refunds are the rows that matter most: a build stops when too many of them were
-- refused, in rows or in money, for whatever reason. Repeats of good rows do not count.
{{ refused_purchases('rejected_purchase_share_limit') }}
