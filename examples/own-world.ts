// A world without a file: parsed from a text, simulated, and searched for what happened to one order.
//
//   node --import tsx examples/own-world.ts
import { choose, formatSpanTree, narrate, parseExercise, simulate, spanTree } from '../src/index.ts';

const exercise = parseExercise(
  `
format: 1
id: EXAMPLE
title: A slow bank
brief: A shop asks a bank, which is slow from the third second on.
world:
  run: { for: 6s, settle: 5s }
  entities: { order: {} }
  clients:
    shoppers:
      rate: 5/s
      entity: order
      calls: { shop: { timeout: 2s } }
      steps: { buy: { call: shop.buy } }
  services:
    shop:
      calls: { bank: { timeout: 500ms } }
      operations: { buy: { steps: { pay: { call: bank.pay } } } }
  externals:
    bank: { work: 100ms, operations: { pay: { steps: { take: { fact: paid } } } } }
  chaos: { slow: { latency: bank, add: 600ms, at: 3s } }
decide: []
checks: { paid: { every: order, finally: paid == 1 } }
`,
  'own-world',
);

const run = simulate(choose(exercise, {}), 'any');
const last = [...run.subjects.keys()].at(-1) ?? '';
console.log(formatSpanTree(spanTree(run, last)));
for (const fault of run.faults) console.log(`${fault.id} changed ${fault.fired} messages`);
console.log(`The last event: ${narrate(run, run.record.length - 1)}`);
