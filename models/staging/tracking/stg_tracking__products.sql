{{ tracking_products(ref('base_tracking__products')) }}
