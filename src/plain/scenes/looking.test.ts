import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { engine } from '../../play/engine.ts';
import { ProgressStore } from '../../progress/store.ts';
import { findExercise } from '../../scenarios/load.ts';
import { visit } from '../home.ts';
import { ScriptTalk } from '../script.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'brownout-look-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('look tells of every queue at the moment one stands at, of one by its name, and of none that is not there', async () => {
  const exercise = findExercise('retry-later');
  const talk = new ScriptTalk([
    ...['1', '1', 'run', 'time 5s', 'look', 'look parked', 'time 20s', 'look dispatch', 'look dispatsh'],
    ...['home', 'quit'],
  ]);
  await visit(talk, new ProgressStore(join(folder, 'state')), [], { engine, exercise });
  const said = talk.text.replaceAll(/\s+/g, ' ');
  expect(said).toContain('rabbitmq/dispatch at 5 s: ready: 0 unacked: 1');
  expect(said).toContain(
    'rabbitmq/dispatch at 20 s: ready: 114 unacked: 10 redelivered: 367 shipping.orders: 1 consumer, prefetch 10',
  );
  expect(said).toContain(
    '> look parked rabbitmq/parked at 5 s: ready: 0 unacked: 0 redelivered: 0 > time 20s',
  );
  expect(said).toContain('No queue, topic or service is called dispatsh. Did you mean dispatch?');
});
