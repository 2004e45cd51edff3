CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, joined date NOT NULL);
INSERT INTO customer SELECT i, 'customer ' || md5(i::text), date '2020-01-01' + i % 1500 FROM generate_series(1, 2000) i;
CREATE TABLE purchase (id bigint PRIMARY KEY, customer int NOT NULL REFERENCES customer, cents int NOT NULL, note text);
INSERT INTO purchase SELECT i, 1 + i * 7919 % 2000, i * 31 % 100000, repeat(md5(i::text), 1 + i % 5) FROM generate_series(1, 30000) i;
CREATE INDEX purchase_customer ON purchase (customer);
CREATE TABLE shard (number int PRIMARY KEY, picture bytea);
