#!/bin/sh
# Run once by the database's image: the two roles and the database they share.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 \
  --set owner="$PB_OWNER_PASSWORD" --set app="$PB_APP_PASSWORD" <<'SQL'
CREATE ROLE pb_owner LOGIN PASSWORD :'owner';
CREATE ROLE pb_app LOGIN PASSWORD :'app';
CREATE DATABASE postal_bridge OWNER pb_owner ENCODING 'UTF8' TEMPLATE template0;
SQL
