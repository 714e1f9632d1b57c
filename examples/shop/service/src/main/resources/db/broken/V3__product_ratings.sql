-- Works for a while, as migrations of large tables do, and then turns out to be wrong:
-- there is no table "reviews".
SELECT pg_sleep(3);

ALTER TABLE products ADD COLUMN rating numeric;

UPDATE products SET rating = (SELECT avg(stars) FROM reviews WHERE reviews.product_id = products.id);
