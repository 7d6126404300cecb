/** The seed of the self-check. */
export const SAMPLE_SEED = 'doctor';

/** What the self-check gives on every machine, with the engine of this version. */
export const SAMPLE_FINGERPRINT = 'f530f7fe3de1eba3';

/** A small world in which most things happen that a run can hold: for the doctor, and for nothing else. */
export const SAMPLE = `format: 1
id: DOCTOR
title: Self-check
brief: A shop asks a bank that is slow, loses answers and dies once. Bills go through a queue.
world:
  run: { for: 20s, settle: 20s }
  entities: { order: {} }
  clients:
    shoppers:
      rate: 10/s
      entity: order
      data: { amount: 2500 }
      calls: { shop: { timeout: 3s } }
      steps:
        buy: { call: shop.buy }
  services:
    shop:
      replicas: 2
      workers: 8
      work: lognormal(20ms p99=60ms)
      calls: { bank: { timeout: 400ms, retry: { maxAttempts: 3 } } }
      operations:
        buy:
          steps:
            pay: { call: bank.pay }
            reply: { reply: { order: request.order } }
  externals:
    bank:
      workers: 20
      work: lognormal(120ms p99=500ms)
      operations: { pay: { steps: { take: { fact: paid } } } }
  chaos:
    slow: { latency: bank, x: 3, during: 5s..10s }
    lost: { dropReply: shop -> bank, p: 2% }
    dead: { crash: shop, at: 12s, downFor: 1s }
decide: []
checks:
  paid-once: { every: order, must: paid <= 1, weight: secondary }
`;
