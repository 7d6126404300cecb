import { describe, expect, test } from 'vitest';
import { simulate } from '../src/sim/index.ts';
import { KIND } from '../src/sim/kinds.ts';
import { brokerWorld, PRODUCTS } from './brokers/world.ts';
import { modelHops } from './hops/model.ts';
import { plainHops } from './hops/plain.ts';
import { hold } from './kernel/hold.ts';
import { mm1 } from './kernel/mm1.ts';
import { rpc } from './kernel/rpc.ts';
import { rpct } from './kernel/rpct.ts';
import { rpcLimit, rpctLimit } from './limits/chain.ts';
import { holdLimit } from './limits/hold.ts';
import { mm1Limit } from './limits/mm1.ts';

const amount = { n: 20_000, pending: 100, recording: true };

describe.each([
  ['hold', hold, holdLimit],
  ['mm1', mm1, mm1Limit],
  ['rpc', rpc, rpcLimit],
  ['rpct', rpct, rpctLimit],
] as const)('the workload %s', (_, kernel, limit) => {
  test('is the same work on the kernel and in the plain loop, to the last bit', () => {
    expect(kernel(amount)).toEqual(limit(amount));
  });

  test('comes out as theory says', () => {
    const { check, theory } = kernel(amount);
    expect(Math.abs(check / theory - 1)).toBeLessThan(0.1); // 20,000 customers of a busy queue tell no more
  });

  test('does not depend on whether it is recorded', () => {
    expect(kernel({ ...amount, recording: false })).toEqual(kernel(amount));
  });
});

test('a request through five hops is the same work in the simulator and on the bare kernel', () => {
  const [model, plain] = [modelHops(2_000), plainHops(2_000)];
  expect(model.records).toBe(plain.records);
  // 1 ms of gateway, three services of 2 ms, a read of 2 ms, four round trips of 1 ms, 14 passages of sidecars.
  for (const { latency } of [model, plain]) expect(Math.abs(latency / 15.8 - 1)).toBeLessThan(0.05);
});

test.each(PRODUCTS)('every message that is sent through %s is done with once', (product) => {
  const { record } = simulate(brokerWorld(product, 500), 'bench');
  const { kind } = record.columns();
  const count = (wanted: number) => kind.filter((each) => each === wanted).length;
  expect([count(KIND.publish), count(KIND.delivery), count(KIND.ack)]).toEqual([500, 500, 500]);
});
