"""The store: knowledge kept between harvests, in a database that SQLAlchemy knows. Speaks no HTTP."""
