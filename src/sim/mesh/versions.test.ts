import { describe, expect, test } from 'vitest';
import { all, facts } from '../testing.fixture.ts';
import { failures, meshed, requests } from './mesh.fixture.ts';
import { versionFor } from './route.ts';

/** The catalog has a second version, which answers 500 to every order that is asked for in French. */
const VERSIONS = `
  clients: { user: { every: 20ms, count: 500, data: { tongue: "index % 4 == 0 ? 'fr' : 'en'", amount: 100 } } }
  services:
    catalog:
      replicas: 2
      operations: { get: { steps: { note: { fact: { looked: {} } } } } }
      versions:
        v2:
          operations:
            get:
              steps:
                note: { fact: { looked: {} } }
                bug: { fail: BROKEN, status: 500, when: request.tongue == 'fr' }
`;
/** The first two replicas are the catalog as it is written, the other two its second version. */
const isSecond = (peer: string | null) => peer === 'catalog[2]' || peer === 'catalog[3]';
const ofVersion = (run: ReturnType<typeof meshed>, version: string) =>
  requests(run).filter(({ peer }) => (version === 'v2') === isSecond(peer)).length;

describe('a traffic split', () => {
  test('is drawn for each request, so counts fluctuate around the shares', () => {
    const run = meshed({ route: { v1: 80, v2: 20 } }, VERSIONS);
    expect(ofVersion(run, 'v2')).toBeGreaterThan(70);
    expect(ofVersion(run, 'v2')).toBeLessThan(130);
    expect(ofVersion(run, 'v2')).not.toBe(100);
    expect(requests(run)).toHaveLength(500);
  });

  test('of 100 and 0 leaves the other version alone', () => {
    expect(ofVersion(meshed({ route: { v1: 100, v2: 0 } }, VERSIONS), 'v2')).toBe(0);
  });

  test('a version whose instances are all gone: 503 with UH; no route at all: 404 with NR', () => {
    const dead = 'chaos: { dead: { crash: catalog@v2, at: 0s, downFor: 1h } }';
    const empty = meshed({ route: { v2: 100 }, proxy: { latency: '0s', propagation: '0s' } }, VERSIONS, dead);
    expect(all(empty, 'flagged')[0]).toMatchObject({ value: 503, detail: 'UH' });
    const nowhere = meshed({ route: { v1: 0 } }, VERSIONS);
    expect(all(nowhere, 'flagged')[0]).toMatchObject({ value: 404, detail: 'NR' });
  });

  test('requests with a header go where a rule says, whatever the shares', () => {
    const match = { french: { headers: { tongue: { exact: 'fr' } }, to: 'v2' } };
    const run = meshed({ route: { v1: 100, v2: 0 }, match }, VERSIONS);
    expect(ofVersion(run, 'v2')).toBe(125);
    expect(failures(run)).toBe(125);
  });

  test('all headers of a rule must fit, and the first rule that fits counts', () => {
    const rules = [
      { headers: { a: { exact: '1' }, b: { prefix: 'x' } }, to: 'both' },
      { headers: { a: { exact: '1' } }, to: 'one' },
    ];
    const to = (body: Record<string, string>) => versionFor({ rules, weights: null }, body, 0);
    expect([to({ a: '1', b: 'xyz' }), to({ a: '1', b: 'y' }), to({ b: 'x' })]).toEqual(['both', 'one', null]);
  });
});

test('callers outside the mesh send to all versions in turn', () => {
  const run = meshed({ route: { v1: 100, v2: 0 } }, VERSIONS, 'services: { shop: { sidecar: false } }');
  expect(ofVersion(run, 'v2')).toBe(250);
});

describe('a mirror', () => {
  test('sends every request twice and ignores the second answer; what it does is done', () => {
    const run = meshed({ route: { v1: 100, v2: 0 }, mirror: { to: 'v2' } }, VERSIONS);
    expect(failures(run)).toBe(0);
    expect(ofVersion(run, 'v2')).toBe(500);
    expect(facts(run, 'looked')).toHaveLength(1_000);
    expect(all(run, 'lateReply')).toEqual([]);
  });

  test('may copy a part', () => {
    const run = meshed({ route: { v1: 100 }, mirror: { to: 'v2', percentage: 10 } }, VERSIONS);
    expect(ofVersion(run, 'v2')).toBeGreaterThan(30);
    expect(ofVersion(run, 'v2')).toBeLessThan(70);
  });
});

describe('a rollout', () => {
  const PLAN = { to: 'v2', at: '1s', steps: ['20%', '100%'], hold: '4s', interval: '500ms' };
  const told = (run: ReturnType<typeof meshed>) =>
    all(run, 'rollout').map(({ at, value, detail }) => [at / 1e6, value, detail]);

  test('without a gate goes on whatever happens', () => {
    const run = meshed({ rollout: PLAN }, VERSIONS);
    expect(told(run)).toEqual([
      [1, 20, 'step'],
      [5, 100, 'step'],
      [9, 100, 'promoted'],
    ]);
  });

  test('goes back at once where the new version does clearly worse than the old one', () => {
    const run = meshed({ rollout: { ...PLAN, gate: "differs('catalog@v2', 'catalog@v1', 20)" } }, VERSIONS);
    expect(told(run).at(-1)?.slice(1)).toEqual([0, 'rolled back']);
    const [back] = all(run, 'rollout').slice(-1);
    expect(back!.at).toBeLessThan(5_000_000);
    const after = requests(run).filter(({ at, peer }) => at > back!.at + 50_000 && isSecond(peer));
    expect(after).toEqual([]);
  });

  describe('by the difference of two versions', () => {
    const GATE = "differs('catalog@v2', 'catalog@v1')";
    /** The second version answers 500 to these orders, by their numbers. */
    const failing = (numbers: string, count = 1_000) => `
      clients: { user: { every: 10ms, count: ${count}, data: { tongue: "index % ${numbers} == 0 ? 'fr' : 'en'" } } }
      run: { for: 30s }
    `;
    const rolled = (plan: object, ...patches: string[]) =>
      told(meshed({ rollout: { ...PLAN, gate: GATE, ...plan } }, VERSIONS, ...patches));

    test('is not moved by one error of a canary that few have met', () => {
      const one =
        'chaos: { one: { errors: catalog@v2, status: 500, nth: [2] } }\nservices: { catalog: { versions: { v2: { operations: { get: { steps: { bug: null } } } } } } }';
      const run = meshed({ rollout: { ...PLAN, steps: ['5%', '100%'], gate: GATE } }, VERSIONS, one);
      expect(all(run, 'fault')).toHaveLength(1);
      expect(told(run).at(-1)).toEqual([9, 100, 'promoted']);
    });

    test('needs 50 answers of each, or as many as it is told', () => {
      const early = rolled(
        { steps: ['20%', '100%'], gate: "differs('catalog@v2', 'catalog@v1', 20)" },
        failing('4'),
      );
      const later = rolled({ steps: ['20%', '100%'] }, failing('4'));
      expect([early.at(-1)?.[2], later.at(-1)?.[2]]).toEqual(['rolled back', 'rolled back']);
      expect(Number(early.at(-1)?.[0])).toBeLessThan(Number(later.at(-1)?.[0]));
    });

    test('goes by what the old version did when it last had traffic, where it has none any more', () => {
      const moved = rolled({ steps: ['100%'], hold: '8s' }, failing('4'));
      expect(moved.at(-1)).toEqual([1.5, 0, 'rolled back']);
    });
  });

  test('lets a version pass that does as well as the old one', () => {
    const well =
      'services: { catalog: { versions: { v2: { operations: { get: { steps: { bug: null } } } } } } }';
    const gate = "errorRate('catalog@v2') > 0.05 || differs('catalog@v2', 'catalog@v1')";
    expect(told(meshed({ rollout: { ...PLAN, gate } }, VERSIONS, well)).at(-1)).toEqual([9, 100, 'promoted']);
  });

  test('a small step may see nothing: a gate with too few requests lets a bad version pass', () => {
    const gate = "requests('catalog@v2') > 50 && errorRate('catalog@v2') > 0.05";
    const run = meshed({ rollout: { ...PLAN, steps: ['2%', '100%'], gate } }, VERSIONS);
    expect(told(run)[1]).toEqual([5, 100, 'step']);
  });
});
