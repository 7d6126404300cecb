import { sourcesOf } from '../../sim/broker/channels.ts';
import { PRODUCTS } from '../../sim/broker/products.ts';
import type { CallSettings } from '../../sim/world/schema/calls.ts';
import type { Span } from './source.ts';
import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Tells what the brokers of a world would refuse, and what their settings name that is nowhere. */
export function checkBrokers(view: WorldView): void {
  for (const { problems } of PRODUCTS)
    for (const { path, message, missing } of problems(view.world)) {
      const at = ['brokers', ...path];
      if (missing) {
        const { what, name, known } = missing;
        const place = path.at(-1) === name ? view.keyAt(at) : view.at(at);
        view.missing(`unknown-${what}`, what, name, place, known);
      } else view.wrong('broker', view.keyAt(at), sentence(message));
    }
}

/** Looks up a channel that is consumed from, or dead-lettered to. */
export function checkSource(view: WorldView, channel: string, at: Span): void {
  const sources = sourcesOf(view.world);
  if (sources.includes(channel)) return;
  const isExchange = view.channels().includes(channel);
  view.missing(
    'unknown-queue',
    'queue',
    channel,
    at,
    sources,
    isExchange ? '; messages can be sent there, and are taken from the queues that it feeds' : '',
  );
}

/** Looks up the channels that calls travel over, and whether the callee listens there. */
export function checkVia(view: WorldView, path: Path, calls: Readonly<Record<string, CallSettings>>): void {
  for (const [callee, { via }] of Object.entries(calls)) {
    if (via === null || via === 'grpc') continue;
    const at = view.at([...path, 'calls', callee, 'via']);
    if (!view.channels().includes(via)) {
      view.missing('unknown-channel', 'channel', via, at, view.channels());
      continue;
    }
    const consumers = Object.values(view.owners.get(callee.split('.')[0] as string)?.service.consumers ?? {});
    const reached = view.queuesBehind(via);
    if (consumers.some(({ from }) => [from].flat().some((source) => reached.includes(source)))) continue;
    view.wrong(
      'unheard',
      at,
      `Calls of \`${callee}\` are sent to \`${via}\`, and no consumer of \`${callee}\` takes messages from there.`,
      'give the callee a consumer: consumers: { commands: { from: …, on: { charge: charge } } }',
    );
  }
}

/** A broker's own words, with a full stop. */
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
