import { keyFor } from '../../sim/calls/key-for.ts';
import { callsOf, handlerOf, type StepCall } from '../../sim/service/calls-of.ts';
import type { CallSettings } from '../../sim/world/schema/calls.ts';
import type { Path } from './tree.ts';
import type { Flow, WorldView } from './world-view.ts';

/** Response streams: who sends one must be read as a stream, over gRPC, and who reads one must be sent one. */
export function checkStreams(view: WorldView): void {
  const senders = sendersOf(view);
  for (const flow of view.flows) {
    checkSender(view, flow, senders);
    for (const [name, step] of Object.entries(flow.steps)) {
      const path = [...flow.path, 'steps', name];
      for (const call of callsOf(step)) checkCall(view, flow, call, path, senders);
      const handler = handlerOf(step);
      if (handler) checkHandler(view, flow, handler.to, [...path, ...handler.at]);
      if (step.verb === 'call' && step.fields['stream'] !== null && step.fields['poll'] !== null)
        view.wrong(
          'stream-and-poll',
          view.keyAt([...path, 'poll']),
          'A call that reads a stream asks once: it has no `poll`.',
        );
    }
  }
  checkStarters(view, senders);
}

/** The operations that send messages, themselves or by operations of their own that they call. */
function sendersOf(view: WorldView): ReadonlySet<string> {
  const senders = new Set<string>();
  const sends = ({ owner, steps }: Flow): boolean =>
    Object.values(steps).some((step) => {
      if (step.verb === 'send') return true;
      const plain = callsOf(step).filter(({ streamed }) => !streamed);
      const called = [...plain.map(({ to }) => to), handlerOf(step)?.to ?? ''];
      return called.some((to) => to.startsWith(`${owner}.`) && senders.has(to));
    });
  for (let before = -1; before !== senders.size; ) {
    before = senders.size;
    for (const flow of view.flows) if (!flow.client && sends(flow)) senders.add(flow.address);
  }
  return senders;
}

function checkSender(view: WorldView, flow: Flow, senders: ReadonlySet<string>): void {
  for (const [name, { verb }] of Object.entries(flow.steps)) {
    const at = view.keyAt([...flow.path, 'steps', name, verb]);
    if (verb === 'send' && flow.client)
      view.wrong('send-by-client', at, `\`${flow.owner}\` is a client: nobody asks it for a response.`);
    if (verb === 'reply' && senders.has(flow.address))
      view.wrong(
        'stream-and-reply',
        at,
        `${flow.address} answers with a stream of messages, which ends with its last step: it cannot \`reply\`, too.`,
        'send it as a message',
      );
  }
  if (!senders.has(flow.address) || flow.client) return;
  const operation = view.owners.get(flow.owner)?.service.operations[flow.address.split('.')[1] as string];
  for (const [setting, value] of [
    ['dedupe', operation?.dedupe],
    ['saga', operation?.saga],
  ] as const)
    if (value)
      view.wrong(
        'stream-remembered',
        view.keyAt([...flow.path, setting]),
        `${flow.address} answers with a stream of messages, which nobody remembers: it has no \`${setting}\`.`,
        'let an operation that it calls have it',
      );
}

function checkCall(
  view: WorldView,
  flow: Flow,
  { to, at, streamed }: StepCall,
  path: Path,
  senders: ReadonlySet<string>,
): void {
  const address = view.operationAt(to);
  if (address === undefined) return;
  const own = to.split('.')[0] === flow.owner;
  const here = view.at([...path, ...at]);
  if (!streamed) {
    if (senders.has(address) && !own)
      view.wrong(
        'unread-stream',
        here,
        `${address} answers with a stream of messages, and this call reads one answer.`,
        'say how they are read: stream: {}',
      );
    return;
  }
  if (own)
    view.wrong(
      'stream-of-own',
      here,
      `\`${to}\` is an operation of ${flow.owner} itself, which is called as a function: it sends no stream.`,
    );
  else if (address !== to)
    view.wrong(
      'stream-through-route',
      here,
      `\`${to}\` is a route, which passes one answer on and no stream.`,
      `call \`${address}\``,
    );
  else if (!senders.has(address))
    view.wrong(
      'no-stream',
      here,
      `${address} sends no stream of messages: it has no step \`send\`.`,
      'leave `stream` away',
    );
  else checkSettings(view, flow, to, here);
}

/** Streams go over gRPC, one for each call. */
function checkSettings(view: WorldView, flow: Flow, to: string, at: ReturnType<WorldView['at']>): void {
  const calls = callsBy(view, flow);
  const settings = calls[keyFor(calls, to)];
  const [callee] = to.split('.');
  if (settings?.via !== 'grpc')
    view.wrong(
      'stream-without-grpc',
      at,
      `A stream of messages comes over gRPC, and ${flow.owner} does not call \`${to}\` over it.`,
      `write calls: { ${callee}: { via: grpc } }`,
    );
  for (const setting of ['hedge', 'batch'] as const)
    if (settings?.[setting])
      view.wrong(
        'stream-and-copies',
        at,
        `Calls of \`${to}\` have a \`${setting}\`, and what they read is a stream, which is neither copied nor gathered.`,
        `give the operation settings of its own: calls: { ${to}: { via: grpc } }`,
      );
}

const callsBy = (view: WorldView, { owner, client }: Flow): Readonly<Record<string, CallSettings>> =>
  (client ? view.world.clients[owner]?.calls : view.owners.get(owner)?.service.calls) ?? {};

function checkHandler(view: WorldView, flow: Flow, to: string, path: Path): void {
  if (to.split('.')[0] === flow.owner && !flow.client) {
    if (!view.operationAt(to))
      view.missing('unknown-operation', 'operation', to, view.at(path), ownOf(view, flow));
    return;
  }
  view.wrong(
    'foreign-handler',
    view.at(path),
    flow.client
      ? `\`${flow.owner}\` is a client and has no operations: it reads messages with \`work\` alone.`
      : `Messages of a stream are taken by an operation of ${flow.owner} itself, and \`${to}\` is none.`,
    flow.client ? 'leave `onMessage` away' : `let an operation of ${flow.owner} call it`,
  );
}

const ownOf = (view: WorldView, { owner }: Flow): string[] =>
  Object.keys(view.owners.get(owner)?.service.operations ?? {}).map((name) => `${owner}.${name}`);

/** Messages and schedules start operations, and read no answers. */
function checkStarters(view: WorldView, senders: ReadonlySet<string>): void {
  for (const [owner, { part, service }] of view.owners) {
    const started = [
      ...Object.entries(service.consumers).flatMap(([name, { do: one, on }]) => [
        ...(one === null ? [] : [{ to: one, path: ['consumers', name, 'do'] }]),
        ...Object.entries(on ?? {}).map(([type, to]) => ({ to, path: ['consumers', name, 'on', type] })),
      ]),
      ...Object.entries(service.schedules).map(([name, { do: to }]) => ({
        to,
        path: ['schedules', name, 'do'],
      })),
    ];
    for (const { to, path } of started)
      if (senders.has(`${owner}.${to}`))
        view.wrong(
          'unread-stream',
          view.at([part, owner, ...path]),
          `${owner}.${to} answers with a stream of messages, which nobody reads here.`,
          'publish them instead',
        );
  }
}
