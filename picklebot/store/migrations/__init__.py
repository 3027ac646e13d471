"""Steps of the store's schema, run by Alembic (https://alembic.sqlalchemy.org)."""
