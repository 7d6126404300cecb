/**
 * Loaded before the program (`node --import`): lets it take its pipes for a terminal, and tells the bench what it does there.
 *
 * Nothing of the program is changed but that. `BENCH_SIZE` is the size of the terminal, such as `120x40`.
 */
import { cpuMillis } from './cpu.ts';
import type { Reading } from './reading.ts';

const { stdin, stdout } = process;
const [columns = 80, rows = 24] = (process.env['BENCH_SIZE'] ?? '').split('x').map(Number);
Object.assign(stdout, { isTTY: true, columns, rows });
Object.assign(stdin, { isTTY: true, setRawMode: () => stdin });

/** What is written around a frame so that a terminal shows it at once. */
const AROUND = /^\u001b\[\?2026[hl]$/;

let begun = performance.now();
let processor = cpuMillis();
let frames = 0;
let bytes = 0;
let pressed: number | undefined;
let answers: number[] = [];

const read = stdin.read.bind(stdin);
stdin.read = (size?: number) => {
  const chunk: unknown = read(size);
  if (chunk !== null) pressed = performance.now();
  return chunk;
};

const write = stdout.write.bind(stdout) as (...all: unknown[]) => boolean;
stdout.write = (chunk: unknown, ...rest: unknown[]) => {
  bytes += Buffer.byteLength(String(chunk));
  if (!AROUND.test(String(chunk))) {
    frames += 1;
    if (pressed !== undefined) answers.push(performance.now() - pressed);
    pressed = undefined;
  }
  return write(chunk, ...rest);
};

/** Answers with what has happened since it was asked the last time. The collection belongs to neither. */
process.on('message', () => {
  const wall = performance.now() - begun;
  const used = cpuMillis() - processor;
  globalThis.gc?.();
  const { rss: resident, heapUsed, external } = process.memoryUsage();
  const reading: Reading = {
    frames,
    bytes,
    answers,
    wall,
    processor: used,
    resident,
    held: heapUsed + external,
  };
  process.send?.(reading, () => {
    [frames, bytes, answers, begun, processor] = [0, 0, [], performance.now(), cpuMillis()];
  });
});
// The channel alone keeps nobody alive.
process.channel?.unref();
