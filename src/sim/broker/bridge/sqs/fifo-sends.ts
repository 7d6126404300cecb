import type { World } from '../../../world/schema/world.ts';

interface Step {
  readonly verb: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Says which publish steps of a world a FIFO queue or topic would refuse every time, and why. */
export function* unfitForFifo(world: World, channel: string, byContent: boolean): Generator<string> {
  if (!channel.endsWith('.fifo')) return;
  for (const [place, { key, MessageDeduplicationId }] of sendsTo(world, channel)) {
    if (key === null)
      yield `${place} publishes to ${channel} and needs a \`key\`, which is its MessageGroupId`;
    else if (MessageDeduplicationId === null && !byContent)
      yield `${place} publishes to ${channel} and needs a \`MessageDeduplicationId\`, unless that has \`ContentBasedDeduplication: true\``;
  }
}

/** The publish steps that name a channel. */
function* sendsTo(world: World, channel: string): Generator<[place: string, fields: Step['fields']]> {
  for (const [owner, { operations }] of Object.entries({ ...world.services, ...world.externals }))
    for (const [name, { steps }] of Object.entries(operations))
      yield* stepsTo(`${owner}.${name}`, steps, channel);
  for (const [client, { steps }] of Object.entries(world.clients)) yield* stepsTo(client, steps, channel);
}

function* stepsTo(
  owner: string,
  steps: Readonly<Record<string, Step>>,
  channel: string,
): Generator<[place: string, fields: Step['fields']]> {
  for (const [step, { verb, fields }] of Object.entries(steps))
    if (verb === 'publish' && fields.publish === channel) yield [`${owner}.${step}`, fields];
}
