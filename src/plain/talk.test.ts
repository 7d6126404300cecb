import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { EndOfInput, Interrupted, StreamTalk } from './talk.ts';

function open() {
  const input = new PassThrough();
  const output = new PassThrough();
  const talk = new StreamTalk(input, output);
  return { input, talk, printed: () => String(output.read() ?? '') };
}

test('keeps what a person typed ahead', async () => {
  const { input, talk } = open();
  input.write('one\ntwo\r\n');
  expect(await talk.ask()).toBe('one');
  expect(await talk.ask()).toBe('two');
});

test('gives what was typed before the input ended, and then says that it ended', async () => {
  const { input, talk } = open();
  input.end('last');
  expect(await talk.ask()).toBe('last');
  await expect(talk.ask()).rejects.toThrow(EndOfInput);
  await expect(talk.ask()).rejects.toThrow(EndOfInput);
});

test('breaks off an open question, and only that', async () => {
  const { talk } = open();
  expect(talk.interrupt()).toBe(false);
  const asked = talk.ask();
  expect(talk.interrupt()).toBe(true);
  await expect(asked).rejects.toThrow(Interrupted);
});

test('wraps what it says, keeps the lines of what it shows, and lets no escape sequence through', () => {
  const { talk, printed } = open();
  talk.say('word '.repeat(30));
  expect(
    printed()
      .split('\n')
      .every((line) => line.length <= 80),
  ).toBe(true);
  talk.show(`${'-'.repeat(100)}\u001b[2J`);
  expect(printed()).toBe(`${'-'.repeat(100)}\n`);
});
