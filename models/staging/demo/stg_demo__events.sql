{{ tracking_events(ref('base_demo__events')) }}
