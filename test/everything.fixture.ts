import { BANK, DATABASE, QUEUE, SHOP, worldOf } from '../src/sim/testing.fixture.ts';
import type { World } from '../src/sim/world/schema/world.ts';

/** Everything that a world can have, in twenty seconds: every verb, group and modifier, most policies and many faults. */
const EVERYTHING = `
  entities: { order: {}, visit: {}, sku: { count: 20, data: { stock: 50 } } }
  run: { for: 15s, settle: 5s }
  network: { zones: { a: {}, b: {} }, links: { "shop -> *": null, "* -> shop": null, shop -> bank: { rtt: lognormal(5ms 0.4), loss: 1% }, user -> shop: { bandwidth: 64KiB } } }
  brokers:
    rabbitmq: { delivery: lognormal(1ms 0.5), confirm: lognormal(1ms 0.5), exchanges: { all: { bindings: { jobs: "", copies: "" } } }, queues: { jobs: { x-queue-type: quorum, x-delivery-limit: 3, deadLetter: rabbitmq/dead }, copies: { x-max-length: 500 }, dead: {} } }
    sqs: { duplicates: 2%, lostDeletes: 2%, queues: { slips: { VisibilityTimeout: 1, RedrivePolicy: { deadLetter: spoilt, maxReceiveCount: 2 } }, spoilt: {}, ledger.fifo: { VisibilityTimeout: 2, ContentBasedDeduplication: true } } }
    sns: { topics: { seen: { subscriptions: { slips: { Endpoint: sqs/slips, FilterPolicy: { sku: [{ anything-but: sku-1 }] } } } } } }
  clients:
    user:
      every: null
      count: null
      rate: 30/s
      zone: a
      patience: 4s
      doubleClick: { p: 5%, after: 200ms }
      data: { sku: zipf('sku'), other: pick('sku'), amount: 100 + random(50), lucky: chance(0.5) }
      calls: { shop: { timeout: 2s, retry: { maxAttempts: 3, backoff: exponential(50ms max=1s jitter=full), budget: 20% } } }
      steps: { buy: { call: shop.order }, think: { wait: uniform(10ms 100ms) }, again: { call: shop.look, when: request.lucky } }
    visitors: { users: 5, think: exponential(500ms), entity: visit, data: { sku: pick('sku') }, steps: { look: { call: shop.look } } }
    browser: { every: 700ms, entity: visit, data: { query: "'query List($first: Int!) { list(first: $first) { sku standing ... on Product { rate } } }'", variables: "{ 'first': 3 + random(3) }" }, calls: { gateway: { persistedQueries: true, timeout: 1s } }, steps: { look: { call: gateway.query } } }
    tester: { every: 5s, active: 2s.., steps: { look: { call: shop.look, with: { sku: "'sku-1'" } } } }
  services:
    shop:
      replicas: 2
      workers: 8
      work: lognormal(10ms 0.4)
      zone: [a, b]
      queue: { limit: 60, drop: expired }
      warmup: { for: 1s, x: 2 }
      outbox: { interval: 100ms, replicas: 2, claim: shard }
      db: { pools: { main: { maximumPoolSize: 5, connectionTimeout: 500ms, maxLifetime: 40s, keepaliveTime: 30s, validationTimeout: 300ms, aliveBypassWindow: 200ms, socketTimeout: 2s } }, replica: { lag: 300ms }, tables: { stock: { key: sku, rows: sku, columns: { left: sku.stock } }, orders: { key: order, unique: [[tag]], ttl: 1h } } }
      calls:
        default: { timeout: 1s }
        bank: { timeout: 300ms, idempotencyKey: request.order, retry: { maxAttempts: 3, backoff: fixed(50ms jitter=equal) }, circuitBreaker: { slidingWindowSize: 10, minimumNumberOfCalls: 5, waitDurationInOpenState: 1s }, bulkhead: { maxConcurrentCalls: 10, maxWaitDuration: 20ms } }
        rates.get: { via: grpc, grpc: { loadBalancingPolicy: round_robin, retryThrottling: {}, keepAliveTime: 10s, keepAliveTimeout: 500ms }, hedge: { after: 20ms }, rateLimiter: { limitForPeriod: 30 }, fallback: { rate: 1 } }
        rates.board: { via: grpc, timeout: 400ms, grpc: { flowControlWindow: 16KiB } }
      operations:
        order:
          dedupe: { key: request.order, in: db, keep: 1h, whileBusy: 409 }
          steps:
            take: { update: stock, key: request.sku, if: row.left > 0, set: { left: row.left - 1 }, fact: { reserved: {} } }
            keep: { upsert: orders, set: { tag: uuid(), amount: request.amount } }
            tell: { publish: rabbitmq/all, type: Ordered, key: request.order, headers: { source: SHOP } }
            rate: { call: rates.get, cache: { max-age: 500ms, coalesce: true, stale-if-error: 5s, key: request.sku } }
            guard: { lock: sku, key: request.sku, lease: 1s, upTo: 300ms, fallback: null }
            charge: { call: shop.pay }
            sum: { set: { total: request.amount * 2 } }
          order: [{ parallel: [rate, guard] }, sum, { transaction: [take, keep, tell] }, charge]
        pay:
          saga: { retry: { maxAttempts: 2, backoff: fixed(20ms) }, undo: { park: after 3, backoff: fixed(50ms) } }
          steps:
            charge: { call: bank.charge, undo: { call: bank.refund } }
            note: { upsert: orders, set: { paid: true } }
        look: { priority: low, steps: { find: { read: stock, key: request.sku, from: replica }, many: { query: stock, where: row.left < 40, limit: 5 }, every: { read: stock, key: each.sku, forEach: many.rows, concurrency: 2 }, accept: { reply: { left: has(find.left) } }, later: { work: 2ms } } }
        list: { steps: { page: { query: stock, orderBy: [left, sku], descending: true, after: "[45, 'sku-1']", offset: 1, limit: request.first }, answer: { reply: { list: page.rows } } } }
        standing: { steps: { find: { read: stock }, answer: { reply: { standing: "find.left > 40 ? PLENTY : FEW" } } } }
        clean: { steps: { old: { query: orders, where: has(row.paid), limit: 3 }, drop: { delete: orders, key: each.order, forEach: old.rows } } }
        watch: { steps: { board: { call: rates.board, stream: { onMessage: shop.noted, work: lognormal(4ms 0.5) } } } }
        noted: { steps: { glance: { read: stock, key: "'sku-1'" }, half: { set: { rate: request.rate / 2 } } } }
      schedules: { clean: { every: 3s, do: clean }, watch: { every: 900ms, do: watch } }
    gateway:
      replicas: 2
      calls: { default: { timeout: 500ms }, rates: { batch: {}, timeout: 500ms } }
      routes: { query: { match: POST /graphql, to: gateway.answer, graphql: { maxCost: 100, automatic: true } } }
      reads: { Standing: [standing] }
      adapters: { Standing: { words: { PLENTY: enough }, work: 1ms } }
      operations:
        answer:
          steps:
            answer:
              graphql: request.query
              variables: request.variables
              schema: "type Query { list(first: Int! = 4): [Product!]! } type Product { sku: ID! standing: String rate: Float }"
              resolve: { Query.list: { call: shop.list, with: args }, Product.standing: { call: shop.standing, with: { sku: parent.sku }, cache: { max-age: 300ms, stale-while-revalidate: 1s, coalesce: true, key: parent.sku } }, Product.rate: { call: rates.get, with: { sku: parent.sku } } }
    worker:
      replicas: 2
      autoscale: { minReplicas: 2, maxReplicas: 4, averageValue: 0.5, syncPeriod: 2s, scaleDown: { stabilizationWindowSeconds: 3 } }
      pod: { startup: 300ms, readinessProbe: { periodSeconds: 1, failureThreshold: 1 }, livenessProbe: { httpGet: alive, periodSeconds: 1, failureThreshold: 2 }, preStop: 200ms, shutdown: graceful, terminationGracePeriodSeconds: 2 }
      rollingUpdate: { maxSurge: 50%, maxUnavailable: 0 }
      consumers: { jobs: { from: rabbitmq/jobs, prefetch: 5 }, copies: { from: rabbitmq/copies, do: count, ack: auto } }
      operations: { alive: { work: 1ms }, count: { work: 1ms, steps: { refuse: { fail: ODD, when: chance(0.05) }, show: { publish: sns/seen, headers: { sku: request.sku } }, book: { publish: sqs/ledger.fifo, key: request.sku } } } }
    clerk:
      replicas: 2
      work: lognormal(300ms 0.8)
      consumers:
        slips: { from: sqs/slips, do: file, extend: 600ms, WaitTimeSeconds: 20, MaxNumberOfMessages: 10, prefetch: 20 }
        ledger: { from: sqs/ledger.fifo, do: file, WaitTimeSeconds: 5, MaxNumberOfMessages: 4, retry: { delays: [1s] }, deadLetter: sqs/spoilt }
      operations: { file: { steps: { refuse: { fail: ILLEGIBLE, status: 500, when: chance(0.05) } } } }
  externals:
    rates: { replicas: 3, grpc: { maxConnectionAge: 3s, maxConnectionAgeGrace: 20ms, permitKeepAliveTime: 10s, onReadyThreshold: 8KiB }, work: lognormal(15ms 0.6), operations: { board: { steps: { rows: { send: { rate: each }, bytes: 3KiB, forEach: range(40), untilReady: true } } }, get: { steps: { answer: { reply: { rate: 2 } } } } } }
    bank:
      replicas: 2
      work: lognormal(30ms p99=200ms)
      operations: { charge: { dedupe: { key: request.idempotencyKey, in: memory } }, refund: { steps: { give: { fact: { refunded: {} } } } } }
  contracts:
    Standing: { operation: shop.standing, format: graphql, fields: { standing: { concept: standing, words: { PLENTY: enough } } } }
  discovery:
    rates: { kind: dns, ttl: 1s, lookup: lognormal(5ms 0.5), propagation: 300ms }
    bank: { kind: kubernetes, propagation: 500ms }
    shop: { kind: consul, ttl: 400ms, heartbeat: 150ms }
  chaos:
    slow-bank: { latency: bank, x: 3, during: 3s..5s }
    wobbly: { jitter: shop -> rates, by: exponential(5ms) }
    lost: { drop: shop -> bank, p: 1% }
    unheard: { dropReply: shop -> bank, p: 2% }
    twice: { duplicate: rabbitmq/jobs, p: 5% }
    cut: { partition: shop | rabbitmq, during: 6s..7s, mode: reject }
    gray: { slow: "shop[1]", x: 4, during: 8s..9s }
    stuck: { hang: rates, p: 2%, at: 4s, for: 1s }
    death: { crash: "shop[0]", at: 10s, downFor: 500ms }
    unlucky: { crashAt: worker.handle.done, n: 50, downFor: 200ms }
    broken: { errors: bank, p: 3% }
    sale: { surge: user, x: 3, during: 11s..12s }
    far: { partition: clerk | sqs, during: 7s..9s }
    collects: { pause: "shop[1]", at: 4s, for: 600ms }
    minor: { pause: bank, every: 2s, lasts: lognormal(10ms p99=80ms) }
    neighbour: { cpuSteal: worker, share: 60%, every: 3s, lasts: 500ms }
    cleared: { flush: shop.order.rate, at: 5s }
    aligned: { ttlAlign: shop, at: 9500ms }
    leaky: { poolExhaust: shop.db/main, connections: 5, every: 100ms, at: 12s, for: 1s }
    snapped: { poolPoison: shop.db, connections: 2, at: 14s }
    gone: { crash: "rates[1]", host: true, at: 6s, downFor: 3s }
    unnamed: { dnsEmpty: rates, at: 9s, for: 2s }
    fallen: { crash: "rates[2]", at: 11500ms, downFor: 1s }
    forgot: { halfOpen: shop -> rates, at: 3500ms, p: 50% }
    rebooted: { halfOpen: shop -> shop.db, at: 10500ms, p: 50% }
    release: { deploy: worker, to: v1, at: 2500ms, interval: 200ms }
    dark: { zoneOutage: b, at: 13s, for: 700ms }
    hype: { hotKey: user, entity: sku, key: 2, share: 30%, at: 5s }
`;

/** A world in which everything happens that can happen, within `more` changes. */
export const everything = (...more: readonly string[]): World =>
  worldOf(
    SHOP,
    DATABASE,
    BANK,
    QUEUE,
    'services: { shop: { operations: { order: null } } }',
    EVERYTHING,
    ...more,
  );
