/** A whole exercise without a base world: answers are lost, retrying charges twice, the right answer takes two decisions. */
export const LOST_ANSWER = `format: 1
id: EX-900
title: The lost answer
brief: One answer in twenty from payment is lost.
world:
  entities: { order: {} }
  run: { for: 10s, settle: 5s }
  clients:
    shoppers:
      rate: 20/s
      entity: order
      steps: { buy: { call: checkout.place } }
  services:
    checkout:
      calls: { payment: { timeout: 300ms } }
      operations: { place: { steps: { pay: { call: payment.charge } } } }
    payment:
      operations: { charge: { steps: { take: { work: 20ms, fact: { charged: {} } } } } }
  chaos: { lost: { dropReply: checkout -> payment, p: 5% } }
decide:
  - id: retry
    ask: What does checkout do when payment does not answer?
    options:
      - id: never
        grade: 1
        label: Never retry
        set: {}
        expect: { fails: [served], because: A lost answer loses the order. }
      - id: retry
        grade: 5
        label: Try four times
        patch: { services: { checkout: { calls: { payment: { retry: { maxAttempts: 4, backoff: fixed(100ms) } } } } } }
        expect: { holds: all }
  - id: receiver
    ask: What does payment do with an order that it has charged?
    options:
      - id: blind
        grade: 0
        label: Charges it again
        patch: { services: { payment: { replicas: 2 } } }
        expect: { fails: [once], holds: [served], because: The charge had happened; only its answer was lost. }
      - id: knows
        grade: 5
        label: Recognises it
        patch: { services: { payment: { operations: { charge: { dedupe: { key: request.order, in: memory } } } } } }
        expect: { holds: all, sees: { "facts('charged') - orders()": -20..0 } }
checks:
  once: { every: order, must: charged <= 1 }
  served: { slo: shoppers, success: 99% }
`;
