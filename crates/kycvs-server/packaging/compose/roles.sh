#!/bin/sh
set -e
# Both roles have the one password of this Compose file; choose two where people use it.
psql -U postgres -v owner_password="$POSTGRES_PASSWORD" -v host_password="$POSTGRES_PASSWORD" -f /roles.sql
