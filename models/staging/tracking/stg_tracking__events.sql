{{ tracking_events(ref('base_tracking__events')) }}
