import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { differences } from './compare.ts';
import { type CasesFile, NoCasesError, parseCases, readFolder } from './document.ts';
import { replay, versionOf } from './replay.ts';
import { failureLine, runAll } from './run.ts';

const files = readFolder(fileURLToPath(new URL('rabbitmq', import.meta.url)));
const cases = files.flatMap(({ recordedFrom, cases }) => cases.map((each) => ({ recordedFrom, ...each })));

describe('does what a real RabbitMQ did', () => {
  test.each(cases)('$name: $about', ({ recordedFrom, ...scenario }) => {
    expect(differences(scenario.expect, replay(scenario, versionOf(recordedFrom)))).toEqual([]);
  });
});

/** One of the recorded cases, with its expectation changed. */
function changed(name: string, change: (expected: CasesFile['cases'][number]['expect']) => void) {
  const scenario = structuredClone(cases.find((each) => each.name === name));
  if (!scenario) throw new Error(`no case ${name}`);
  change(scenario.expect);
  return differences(scenario.expect, replay(scenario, '3.10'));
}

describe('the comparison', () => {
  test('finds a body that was not delivered', () => {
    const found = changed('round-robin-two', ({ deliveries }) => {
      deliveries['B']![1]!['body'] = 'm5';
    });
    expect(found).toMatchObject([{ at: 'deliveries.B[1]', expected: { body: 'm5' }, got: { body: 'm4' } }]);
  });

  test('finds an event in another window of time', () => {
    const found = changed('mandatory-returned', ({ returns }) => {
      returns[0]!['after'] = 450;
    });
    expect(found).toMatchObject([{ at: 'returns[0]', after: 300 }]);
  });

  test('finds an event too many and one too few', () => {
    expect(changed('delete-queue-cancels', ({ cancels }) => cancels.pop())).toMatchObject([
      { at: 'cancels[0]', expected: undefined, got: { consumer: 'A' } },
    ]);
    expect(changed('queue-ttl', ({ replies }) => replies.push({ ...replies[0] }))).toMatchObject([
      { at: 'replies[3]', got: undefined },
    ]);
  });

  test('names the earliest difference first', () => {
    const found = changed('reject-publish', ({ confirms, final }) => {
      confirms[2]!['outcome'] = 'ack';
      confirms[0]!['outcome'] = 'nack';
      final['q1']!.ready = 3;
    });
    expect(found.map(({ at }) => at)).toEqual(['confirms[0]', 'final.q1.ready']);
  });

  test('finds another count, another order and another fate in the final observation', () => {
    const found = changed('requeue-keeps-position', ({ final }) => {
      const q1 = final['q1']!;
      q1.consumers = 1;
      if (Array.isArray(q1.drain)) q1.drain.reverse();
    });
    expect(found.map(({ at }) => at)).toEqual(['final.q1.consumers', 'final.q1.drain[0]']);
    expect(changed('requeue-keeps-position', ({ final }) => (final['q1']!.drain = 'gone'))).toHaveLength(1);
    expect(changed('requeue-keeps-position', ({ final }) => (final['q1'] = null))).toHaveLength(1);
  });

  test('matches code, name and method of an error, and leaves its sentence alone', () => {
    expect(changed('double-ack', ({ errors }) => (errors[0]!['text'] = 'other words'))).toEqual([]);
    expect(changed('double-ack', ({ errors }) => (errors[0]!['code'] = 404))).toHaveLength(1);
    expect(changed('double-ack', ({ errors }) => (errors[0]!['method'] = 'basic.nack'))).toHaveLength(1);
    expect(changed('double-ack', ({ errors }) => delete errors[0]!['method'])).toEqual([]);
  });

  test('takes a list for a set, without tags, only where the recording says so', () => {
    const reverse = ({ deliveries }: CasesFile['cases'][number]['expect']) => deliveries['A']!.reverse();
    expect(changed('ack-multiple', reverse)).toHaveLength(1);
    const asSet = (expected: CasesFile['cases'][number]['expect']) => {
      reverse(expected);
      expected.unordered = ['deliveries.A'];
    };
    expect(changed('ack-multiple', asSet)).toEqual([]);
  });

  test('says in one line what differs first', () => {
    const [line] = runAll(files.slice(0, 1)).map((result) =>
      failureLine({
        ...result,
        differences: [{ at: 'cancels[0]', after: 1, expected: { a: 1 }, got: undefined }],
      }),
    );
    expect(line).toBe('acks/ack-multiple: cancels[0]: expected {"a":1}, got nothing');
  });
});

describe('reading a file of cases', () => {
  test('says what is wrong with a document of another kind', () => {
    expect(() => parseCases('a.json', '{')).toThrow(NoCasesError);
    expect(() => parseCases('a.json', '{ "cases": [] }')).toThrow(
      'a.json: not a broker-cases/1 document: format',
    );
  });

  test('takes the rules from the server that was recorded', () => {
    expect(versionOf('RabbitMQ 3.10.8')).toBe('3.10');
    expect(versionOf('RabbitMQ 4.3.0')).toBe('4');
  });
});
