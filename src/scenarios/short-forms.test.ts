import { describe, expect, test } from 'vitest';
import { fromPlain } from './language/from-plain.ts';
import { plain } from './language/tree.ts';
import { mergePatch } from './merge.ts';
import { expandWorld } from './short-forms.ts';

const expanded = (world: unknown) => plain(expandWorld(fromPlain(world, 'world')));
const service = (settings: object) => ({ services: { pay: settings } });

describe('expandWorld', () => {
  test.each([
    [
      'a number of tries',
      service({ calls: { psp: { retry: 3 } } }),
      service({ calls: { psp: { retry: { maxAttempts: 3 } } } }),
    ],
    [
      'a number of slots',
      service({ calls: { psp: { bulkhead: 10 } } }),
      service({ calls: { psp: { bulkhead: { maxConcurrentCalls: 10 } } } }),
    ],
    ['one zone', service({ zone: 'zone-a' }), service({ zone: ['zone-a'] })],
    ['an outbox', service({ outbox: true }), service({ outbox: {} })],
    ['no outbox', service({ outbox: false }), service({ outbox: null })],
    [
      'a route',
      service({ routes: { page: 'catalog.get' } }),
      service({ routes: { page: { to: 'catalog.get' } } }),
    ],
    [
      'a fact',
      service({ operations: { charge: { steps: { take: { fact: 'charged' } } } } }),
      service({ operations: { charge: { steps: { take: { fact: { charged: {} } } } } } }),
    ],
    [
      'several facts',
      service({ operations: { charge: { steps: { take: { fact: ['charged', 'booked'] } } } } }),
      service({ operations: { charge: { steps: { take: { fact: { charged: {}, booked: {} } } } } } }),
    ],
    [
      'tries of a process',
      service({ operations: { place: { saga: { retry: 5 } } } }),
      service({ operations: { place: { saga: { retry: { maxAttempts: 5 } } } } }),
    ],
    ['the gateway', { gateway: { workers: 9 } }, { services: { gateway: { workers: 9 } } }],
    [
      'the gateway beside other services',
      { services: { pay: {} }, gateway: { calls: { pay: { retry: 2 } } } },
      { services: { pay: {}, gateway: { calls: { pay: { retry: { maxAttempts: 2 } } } } } },
    ],
    [
      'a null, which deletes',
      service({ calls: { psp: { retry: null } } }),
      service({ calls: { psp: { retry: null } } }),
    ],
    [
      'a patch of a plan',
      { plan: { mend: { at: '9s', patch: { gateway: { calls: { pay: { retry: 2 } } } } } } },
      {
        plan: {
          mend: {
            at: '9s',
            patch: { services: { gateway: { calls: { pay: { retry: { maxAttempts: 2 } } } } } },
          },
        },
      },
    ],
  ])('writes %s in full', (_what, short, full) => {
    expect(expanded(short)).toEqual(full);
    expect(expanded(full)).toEqual(full);
  });

  test('comes before the merge, so that a budget does not throw the tries away', () => {
    const base = expandWorld(fromPlain(service({ calls: { psp: { retry: 3 } } }), 'base'));
    const patch = expandWorld(fromPlain(service({ calls: { psp: { retry: { budget: '10%' } } } }), 'patch'));
    expect(plain(mergePatch(base, patch))).toEqual(
      service({ calls: { psp: { retry: { maxAttempts: 3, budget: '10%' } } } }),
    );
  });
});
