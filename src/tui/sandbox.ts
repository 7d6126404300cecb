/** The whole store, with nothing to be learned by heart: what goes wrong and what is done about it are both chosen. */
export const SANDBOX = `format: 1
id: SANDBOX
title: Sandbox
brief: |-
  The whole store is yours. Choose how many customers come, what goes wrong, and which patterns stand against it. Nothing here is right or wrong.

  While it runs, F breaks anything at any moment: \`latency: inventory, add: 400ms, for: 10s\`, \`crash: checkout, downFor: 5s\`, \`errors: psp, p: 20%\`, \`partition: checkout | payment, for: 10s\`, and all other faults.
world:
  use: store
  keep: [shoppers, gateway, checkout, inventory, payment, psp, rabbitmq/orders, rabbitmq/shipping, rabbitmq/billing, rabbitmq/notification, shipping, billing, notification, carrier]
  run: { for: 30s, settle: 30s }
decide:
  - id: crowd
    ask: How many customers come?
    options:
      - { id: quiet, label: "A quiet morning: 5 orders per second", grade: 3, patch: { clients: { shoppers: { rate: 5/s } } } }
      - { id: busy, label: "A busy evening: 40 orders per second", grade: 3, patch: { clients: { shoppers: { rate: 40/s } } } }
      - { id: clicks, label: Customers who click twice, grade: 3, patch: { clients: { shoppers: { doubleClick: { p: 5%, after: 150ms } } } } }
  - id: trouble
    ask: What goes wrong?
    options:
      - { id: lost, label: The card provider's answers get lost, grade: 3, patch: { chaos: { trouble: { dropReply: payment -> psp, p: 3% } } } }
      - { id: slow, label: The card provider is slow for ten seconds, grade: 3, patch: { chaos: { trouble: { latency: psp, add: 2s, at: 8s, for: 10s } } } }
      - { id: errors, label: Inventory fails now and then, grade: 3, patch: { chaos: { trouble: { errors: inventory, p: 10% } } } }
      - { id: crash, label: Checkout crashes, grade: 3, patch: { chaos: { trouble: { crash: checkout, at: 10s, downFor: 5s } } } }
  - id: calls
    ask: How does payment call the card provider?
    options:
      - { id: timeout, label: With a timeout of one second, grade: 3, pattern: { timeout: { from: payment, to: psp, after: 1s } } }
      - { id: retry, label: With a timeout and retries, grade: 3, pattern: { timeout: { from: payment, to: psp, after: 1s }, retry: { from: payment, to: psp } } }
      - id: keyed
        label: With a timeout, retries, and one key for each order
        grade: 3
        pattern: { timeout: { from: payment, to: psp, after: 1s }, retry: { from: payment, to: psp } }
        patch: { services: { payment: { calls: { psp: { idempotencyKey: "request.order + ':payment'" } } } } }
      - { id: breaker, label: Through a circuit breaker, grade: 3, pattern: { circuit-breaker: { from: payment, to: psp } } }
      - { id: bulkhead, label: Through a bulkhead of ten slots, grade: 3, pattern: { bulkhead: { from: payment, to: psp, slots: 10 } } }
  - id: receiver
    ask: What does payment do with a request that it has seen?
    options:
      - { id: once, label: "It remembers, and does the work once", grade: 3, pattern: { idempotent-receiver: { operation: payment.charge } } }
      - { id: memory, label: "It remembers in the memory of each replica", grade: 3, patch: { services: { payment: { operations: { charge: { dedupe: { key: request.order, in: memory, mark: after } } } } } } }
  - id: protection
    ask: What protects checkout?
    options:
      - { id: shed, label: It turns requests away when too many wait, grade: 3, pattern: { load-shedding: { service: checkout, limit: 50 } } }
      - { id: limit, label: The gateway lets in 30 orders per second, grade: 3, pattern: { rate-limit: { from: gateway, to: checkout, limit: 30 } } }
checks:
  use: [charged-once, money-right, paid-for]
  success: { slo: shoppers, success: 99% }
`;
