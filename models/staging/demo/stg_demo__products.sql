{{ tracking_products(ref('base_demo__products')) }}
