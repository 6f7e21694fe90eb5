"""Run by Alembic: the migrations, on the connection and in the transaction they are given."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True)
context.run_migrations()
