{# What each key means: _sources.yml #}
{% macro olist_source() %}
time_zone: America/Sao_Paulo
provides: {events: int_olist_events, orders: int_olist_orders, customers: int_olist_customers, products: int_olist_products}
entities:
  orders:
    becomes: orders
    files: olist_orders
    columns: [order_id, customer_id, order_status, order_purchase_timestamp, order_approved_at, order_delivered_carrier_date, order_delivered_customer_date, order_estimated_delivery_date]
    time_columns: [order_purchase_timestamp, order_approved_at, order_delivered_carrier_date, order_delivered_customer_date, order_estimated_delivery_date]
  order_items:
    becomes: events
    files: olist_order_items
    columns: [order_id, order_item_id, product_id, seller_id, shipping_limit_date, price, freight_value]
    time_columns: [shipping_limit_date]
    price_column: price
  payments:
    files: olist_order_payments
    columns: [order_id, payment_sequential, payment_type, payment_installments, payment_value]
    price_column: payment_value
  reviews:
    files: olist_order_reviews
    columns: [review_id, order_id, review_score, review_comment_title, review_comment_message, review_creation_date, review_answer_timestamp]
    time_columns: [review_creation_date, review_answer_timestamp]
  customers:
    files: olist_customers
    columns: [customer_id, customer_unique_id, customer_zip_code_prefix, customer_city, customer_state]
  products:
    becomes: products
    files: olist_products
    columns: [product_id, product_category_name, product_name_lenght, product_description_lenght, product_photos_qty, product_weight_g, product_length_cm, product_height_cm, product_width_cm]
  sellers:
    files: olist_sellers
    columns: [seller_id, seller_zip_code_prefix, seller_city, seller_state]
  geolocation:
    files: olist_geolocation
    columns: [geolocation_zip_code_prefix, geolocation_lat, geolocation_lng, geolocation_city, geolocation_state]
  category_translation:
    files: product_category_name_translation
    columns: [product_category_name, product_category_name_english]
{% endmacro %}
