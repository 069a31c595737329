{{ tracking_customers(ref('base_tracking__customers')) }}
