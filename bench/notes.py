"""What a reader of the results must know to judge them."""

from bench import crowd, growth, ledger, wallet_read, webhooks

NOTES = f"""\
- `GET /wallet`: granian with the options of `make run`, one process on one core, the client on another, PostgreSQL wherever
  the kernel puts it. {wallet_read.PEOPLE} people ask in turn. Ours checks the token, follows the feed of ended sessions, counts
  the request against its limits, writes a log line and a measurement; a signature is checked once in a process and then
  remembered with its token, in production too. Limits are set out of reach. The bare view has one middleware, the same
  database settings and Django's own backend, which asks a connection for life at the start of each request.
- Ledger: {crowd.CLIENTS} clients are {crowd.PROCESSES} processes with {crowd.THREADS} threads; {ledger.WALLETS} wallets at
  random pay one hospital, over connections that last, as a web server's do. The service also writes its outbox message in the
  same statement; pgbench calls the bare function.
  django-hordak moves money between random accounts of its own database and looks at no balance.
- pgledger's SQL is not part of this repository: give its files, in order and separated as on PATH, in `PGLEDGER_SQL`.
- Endpoints: CPU time of this process around Django's test client, every middleware included.
- PDF: bare WeasyPrint gets what its manual recommends, one parsed style sheet and one font configuration for all documents.
- The product is `make run` in an environment that holds only what it needs, as in production.
- Webhooks: the whole product of `make run` and the gateway's simulator on the same cores. Latency runs from the first receipt
  of an order's webhook, as its row says, to the commit of the credit, as PostgreSQL noted it. The bound is put on a steady
  {webhooks.PER_SECOND} payments/s, each told {webhooks.COPIES} times; all {webhooks.ORDERS} at once show how the queue drains.
- A webhook accepted: {webhooks.COPIES * webhooks.ORDERS:,} leave at {webhooks.ACCEPTED_PER_SECOND}/s by the clock, about orders
  paid just before, from {webhooks.ACCEPTED_SENDERS} senders of this process, so that slow answers do not lower the rate.
  Worker, relay, PostgreSQL and the simulator credit the orders on the same cores meanwhile. Medians of
  {webhooks.PARTS - 2} such turns.
- Doctor: whole intakes over the API in this process, each answer stored and sealed.
- History: {growth.READERS} people with {growth.MOVEMENTS} movements read their newest page; all other rows are copies.
"""
