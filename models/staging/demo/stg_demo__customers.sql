{{ tracking_customers(ref('base_demo__customers')) }}
