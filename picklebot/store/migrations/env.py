"""Runs the migrations on the connection that `picklebot.store.database` hands over."""

from alembic import context

from picklebot.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
